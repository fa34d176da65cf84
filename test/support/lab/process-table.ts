import { readFileSync } from "node:fs";
import { listDirectory } from "./names.ts";

/** A file below /proc, or empty when the process is gone. */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

export function listPids(): number[] {
  return listDirectory("/proc").map(Number).filter(Number.isInteger);
}

/** The fields of /proc/PID/stat after the command name, which may itself hold spaces: proc(5). */
function statFields(pid: number): string[] {
  const stat = readProc(pid, "stat");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

export function childrenOf(parent: number): number[] {
  return listPids().filter((pid) => statFields(pid)[1] === String(parent));
}

/** False for a zombie too: nothing of it runs any more. */
export function isAlive(pid: number): boolean {
  const state = statFields(pid)[0];
  return state !== undefined && state !== "" && state !== "Z" && state !== "X";
}

/** The pid as seen inside the innermost pid namespace of the process. */
export function innerPid(pid: number): number | undefined {
  const match = /^NSpid:.*\s(\d+)$/m.exec(readProc(pid, "status"));
  return match ? Number(match[1]) : undefined;
}

/** Anonymous resident memory (RssAnon), in kilobytes; undefined when the process is gone. */
export function anonymousMemory(pid: number): number | undefined {
  const match = /^RssAnon:\s+(\d+) kB$/m.exec(readProc(pid, "status"));
  return match ? Number(match[1]) : undefined;
}

/**
 * Milliseconds that the threads of a process have run, of those that live. In nanoseconds there: the
 * times in /proc/PID/stat are counted in hundredths of a second, of which an idle daemon takes none.
 */
export function cpuTime(pid: number): number {
  const threads = listDirectory(`/proc/${pid}/task`);
  const times = threads.map((id) => Number(readProc(pid, `task/${id}/schedstat`).split(" ")[0]));
  return times.reduce((total, time) => total + time, 0) / 1e6;
}

/** In kilobytes; 0 when the process is gone. */
export interface Memory {
  /** RssAnon: heaps and stacks, which the process shares with nobody. */
  readonly anonymous: number;
  /** Pss: beside it, of every page of a file the fair share among those who have it mapped. */
  readonly proportional: number;
}

export function memoryOf(pid: number): Memory {
  const match = /^Pss:\s+(\d+) kB$/m.exec(readProc(pid, "smaps_rollup"));
  return { anonymous: anonymousMemory(pid) ?? 0, proportional: Number(match?.[1] ?? 0) };
}

export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}
