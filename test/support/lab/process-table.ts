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

export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}
