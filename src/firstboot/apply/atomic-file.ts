import { chown, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

export interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export const privateFile: FileStatus = { mode: 0o600, uid: 0, gid: 0 };
export const publicFile: FileStatus = { mode: 0o644, uid: 0, gid: 0 };

/** Makes directories and file; a crash leaves the old file or the new one, whole. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  status: FileStatus,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const temporary = `${path}.gatepair-new`;
  try {
    await writeSynced(temporary, content, status);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeSynced(
  path: string,
  content: string | Uint8Array,
  { mode, uid, gid }: FileStatus,
): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.chown(uid, gid);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** For a directory that somebody else than root shall own. */
export async function makeOwnedDirectory(
  path: string,
  { mode, uid, gid }: FileStatus,
): Promise<void> {
  await mkdir(path, { recursive: true, mode });
  await chown(path, uid, gid);
}
