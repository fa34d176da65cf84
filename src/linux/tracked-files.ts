import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { type FileFinding, longestTrackedFile } from "#tracking/tracked-file.ts";

/** A terminal does not become ours, and a FIFO that took the file's place is not waited for. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What a tracked file holds now, in a thread of the pool. Never rejects. */
export async function readTrackedFile(path: string): Promise<FileFinding> {
  try {
    // Looked at first: to open a device may be to use it (watchdog(8)).
    if (!(await stat(path)).isFile()) return noFile;
    return await readText(path);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { type: "absent" };
    return { type: "unusable", detail: code === "" ? message : code };
  }
}

const noFile: FileFinding = { type: "unusable", detail: "it is no regular file" };

async function readText(path: string): Promise<FileFinding> {
  const file = await open(path, flags);
  try {
    if (!(await file.stat()).isFile()) return noFile;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(longestTrackedFile + 1));
    if (bytesRead > longestTrackedFile) {
      return { type: "unusable", detail: `it is longer than ${longestTrackedFile} bytes` };
    }
    return { type: "text", text: buffer.toString("latin1", 0, bytesRead) };
  } finally {
    await file.close();
  }
}
