import { execFileSync } from "node:child_process";

/** As systemd/gatepair.service has it. Without it a busy machine is what would be measured. */
export const realTimePriority = 10;

/** SCHED_RR, and for nothing that is started from there. */
export const realTimeFlags = ["--rr", "--reset-on-fork"];

/** Raises a process that runs: its main thread alone, as the unit does. */
export function makeRealTime(pid: number): void {
  execFileSync("chrt", [...realTimeFlags, "--pid", String(realTimePriority), String(pid)]);
}
