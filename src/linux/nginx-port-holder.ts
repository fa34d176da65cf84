import { open, readdir, readlink } from "node:fs/promises";
import { eachInBatches, listProcesses, readExecutable } from "./process-table.ts";

export interface PortHolder {
  readonly pid: number;
  readonly executable: string;
}

/** Listening sockets come first in /proc/net/tcp: no need to read the connections after them. */
const tableLimit = 64 * 1024;
const listenState = "0A";
/** Servers open their listening sockets first: what comes after are connections. */
const descriptorLimit = 1024;

/**
 * Who listens on the port of an nginx address such as "0.0.0.0:80" or "[::]:80". Undefined when
 * nobody does, or when the process may not be seen.
 */
export async function findPortHolder(address: string): Promise<PortHolder | undefined> {
  const port = Number(/:(\d+)$/.exec(address)?.[1]);
  if (Number.isNaN(port)) return undefined;
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readStart));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  return inodes.size === 0 ? undefined : await findOwner(inodes);
}

async function readStart(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(tableLimit) });
    return buffer.toString("latin1", 0, bytesRead);
  } catch {
    return "";
  }
}

/** Columns of proc_net(5): number, local address:port in hex, remote, state, ... the 10th: inode. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = table.split("\n").map((row) => row.trim().split(/\s+/));
  const listening = rows.filter((row) => row[3] === listenState && row[1]?.endsWith(suffix));
  return listening.flatMap((row) => row[9] ?? []);
}

async function findOwner(inodes: ReadonlySet<string>): Promise<PortHolder | undefined> {
  let owner: number | undefined;
  await eachInBatches(await listProcesses(), async (pid) => {
    if (!(await holdsOneOf(pid, inodes))) return false;
    owner = Math.min(pid, owner ?? pid);
    return true;
  });
  if (owner === undefined) return undefined;
  return { pid: owner, executable: (await readExecutable(owner)) ?? "(program unknown)" };
}

async function holdsOneOf(pid: number, inodes: ReadonlySet<string>): Promise<boolean> {
  try {
    const names = (await readdir(`/proc/${pid}/fd`)).slice(0, descriptorLimit);
    const links = names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ""));
    const targets = await Promise.all(links);
    return targets.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ""));
  } catch {
    // Gone, or not ours to see.
    return false;
  }
}
