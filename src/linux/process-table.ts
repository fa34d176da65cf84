import { readdir, readFile, readlink } from "node:fs/promises";

/** A process as /proc/PID/stat shows it (proc_pid_stat(5)). */
export interface ProcessStatus {
  readonly pid: number;
  /** One letter; Z is a zombie, which holds nothing any more. */
  readonly state: string;
  readonly processGroup: number;
  readonly session: number;
  /** In clock ticks since boot. With the PID it names one process for good. */
  readonly startTime: number;
}

/** How many processes are looked at together: /proc is read in the few threads of the pool. */
const batchSize = 32;

/** Undefined when there is no such process. */
export async function readProcess(pid: number): Promise<ProcessStatus | undefined> {
  try {
    return parseProcessStatus(await readFile(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}

/** The name in field 2 may hold spaces and parentheses: fields are counted after its last one. */
export function parseProcessStatus(stat: string): ProcessStatus | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, , processGroup, session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    state,
    processGroup: Number(processGroup),
    session: Number(session),
    startTime: Number(startTime),
  };
}

/**
 * The path of the program, also when its file has since been replaced. Undefined when the process
 * is gone, or when it may not be seen (another user's, without CAP_SYS_PTRACE).
 */
export async function readExecutable(pid: number): Promise<string | undefined> {
  try {
    const path = await readlink(`/proc/${pid}/exe`);
    return path.replace(/ \(deleted\)$/, "");
  } catch {
    return undefined;
  }
}

/** The arguments with spaces between them; empty for a zombie or no process. */
export async function readCommandLine(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8");
    return text.replaceAll("\0", " ").trimEnd();
  } catch {
    return "";
  }
}

/** The numbers of all processes that are there now. */
export async function listProcesses(): Promise<number[]> {
  const names = await readdir("/proc");
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The living members of a session. */
export async function listSession(session: number): Promise<ProcessStatus[]> {
  const members: ProcessStatus[] = [];
  await eachInBatches(await listProcesses(), async (pid) => {
    const status = await readProcess(pid);
    if (status?.session === session && isAlive(status)) members.push(status);
  });
  return members;
}

export function isAlive(status: ProcessStatus): boolean {
  return status.state !== "Z" && status.state !== "X";
}

/** Visits all of `pids`, a few together, until `visit` answers true for one. */
export async function eachInBatches(
  pids: readonly number[],
  visit: (pid: number) => Promise<boolean | void>,
): Promise<void> {
  for (let index = 0; index < pids.length; index += batchSize) {
    const batch = pids.slice(index, index + batchSize);
    const found = await Promise.all(batch.map(visit));
    if (found.includes(true)) return;
  }
}
