import type { FoundEvent } from "#nginx/events.ts";
import type { NginxIdentity, NginxRecord } from "./nginx-record.ts";
import { isAlive, readCommandLine, readExecutable, readProcess } from "./process-table.ts";

/** Undefined when the process has gone already. */
export async function identify(pid: number, config: string): Promise<NginxIdentity | undefined> {
  const [status, executable] = await Promise.all([readProcess(pid), readExecutable(pid)]);
  if (status === undefined || executable === undefined) return undefined;
  return { pid, startTime: status.startTime, executable, config };
}

/** What has become of the recorded nginx; `config` is the one that it should run with now. */
export async function findRecorded(record: NginxRecord, config: string): Promise<FoundEvent> {
  const { master, operatorStopped } = record;
  const alive = master !== undefined && (await isStillThere(master));
  return {
    type: "found",
    operatorStopped,
    running: alive ? { pid: master.pid, sameConfiguration: master.config === config } : undefined,
    deadMaster: alive ? undefined : master?.pid,
  };
}

export async function isStillThere(identity: NginxIdentity): Promise<boolean> {
  const { pid, startTime, executable } = identity;
  const [status, actual, title] = await Promise.all([
    readProcess(pid),
    readExecutable(pid),
    readCommandLine(pid),
  ]);
  const same = status !== undefined && status.startTime === startTime && isAlive(status);
  return same && actual === executable && title.startsWith("nginx: master process ");
}
