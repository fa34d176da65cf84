import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file so that after a crash it is there whole or not at all: temporary name, fsync(2),
 * rename(2), fsync of the directory. A failure leaves nothing behind and throws.
 */
export async function writeDurableFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeSynced(temporary, content);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/**
 * Makes a directory for root alone, and its parent. Not with mkdir's `recursive`: where the kernel
 * answers ENOENT, as in /proc, Node 26 then tries again for ever and never settles.
 */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await makeDirectory(dirname(path), 0o755);
  await makeDirectory(path, 0o700);
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
