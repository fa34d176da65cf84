import { execFile } from "node:child_process";
import { close as closeFd, constants, open as openFd } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { promisify } from "node:util";

const openDescriptor = promisify(openFd);
const closeDescriptor = promisify(closeFd);
const runProgram = promisify(execFile);

/** nginx cuts its own lines at 2048 bytes (NGX_MAX_ERROR_STR). */
const longestLine = 4096;

/**
 * What nginx writes to its standard error goes through a FIFO in the runtime directory: it outlives
 * the daemon, so that nginx never gets SIGPIPE, and the next daemon reads on. nginx has it open for
 * reading too and without blocking: when nobody reads, lines are lost and nginx goes on (fifo(7)).
 */
export async function makeOutputFifo(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFIFO()) return;
  if (found !== undefined) await rm(path);
  await runProgram("mkfifo", ["--mode=0600", path]);
}

const endlessFlags = constants.O_RDWR | constants.O_NONBLOCK;

export interface OutputReader {
  close(): void;
}

/** Calls `onLine` for each line. Opened for writing too, so that it never sees an end of file. */
export async function readOutput(
  path: string,
  onLine: (line: string) => void,
): Promise<OutputReader> {
  const fd = await openDescriptor(path, endlessFlags);
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.setEncoding("utf8");
  socket.on("data", splitLines(onLine));
  socket.on("error", () => socket.destroy());
  socket.unref();
  return { close: () => socket.destroy() };
}

/** An end of the FIFO to be a child's standard error. */
export async function openForChild(path: string): Promise<number> {
  return await openDescriptor(path, endlessFlags);
}

/**
 * Ends the daemon's share of a descriptor that a child has inherited. Between fork and exec libuv
 * makes standard descriptors blocking, for daemon and child alike, because they share the open file
 * description (open(2)). A Socket makes it non-blocking again.
 */
export function releaseAfterSpawn(fd: number): void {
  new Socket({ fd, readable: false, writable: true }).destroy();
}

/** When there was no child to inherit it. */
export async function releaseUnused(fd: number): Promise<void> {
  await closeDescriptor(fd);
}

/** Cuts text into lines, wherever the pieces end; a line too long is cut. */
export function splitLines(onLine: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const pieces = (rest + text).split("\n");
    rest = (pieces.pop() ?? "").slice(0, longestLine);
    for (const line of pieces) if (line !== "") onLine(line.slice(0, longestLine));
  };
}
