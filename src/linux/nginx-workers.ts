import { setTimeout as wait } from "node:timers/promises";
import type { Milliseconds } from "#base/time.ts";
import {
  isAlive,
  listSession,
  readCommandLine,
  readExecutable,
  readProcess,
} from "./process-table.ts";
import type { ProcessStatus } from "./process-table.ts";

/** What is left of an nginx whose master is dead. */
export interface LeftOver {
  /** The dead master: its number is the session and the process group of its workers. */
  readonly master: number;
  readonly executable: string;
  /** How long workers may go on with the connections that they have. */
  readonly drain: Milliseconds;
}

const pollInterval = 2;
/** A worker that has not closed its listening sockets by then is stuck. */
const releaseLimit = 500;
const termGrace = 1000;

/**
 * Returns when no worker holds a listening socket any more. Workers with connections go on with
 * them for `drain`, without the ports; 0 kills all at once. Never rejects.
 */
export async function retireWorkers(leftOver: LeftOver): Promise<void> {
  if (groupIsEmpty(leftOver.master)) return;
  const workers = await findWorkers(leftOver);
  if (workers.length === 0) return;
  await signalAll(workers, leftOver.drain > 0 ? "SIGQUIT" : "SIGKILL");
  let holding = await waitUntil(workers, leftOver.drain > 0 ? hasReleased : isGone);
  if (holding.length > 0) {
    await signalAll(holding, "SIGKILL");
    holding = await waitUntil(holding, isGone);
  }
  void endLater(workers, leftOver.drain);
}

/** kill(2) with a negative number: ESRCH when no process has this group, not even a zombie. */
function groupIsEmpty(master: number): boolean {
  try {
    process.kill(-master, 0);
    return false;
  } catch {
    return true;
  }
}

async function findWorkers(leftOver: LeftOver): Promise<ProcessStatus[]> {
  const { master, executable } = leftOver;
  const session = await listSession(master);
  const members = session.filter(({ processGroup }) => processGroup === master);
  const ours = await Promise.all(members.map(({ pid }) => isNginx(pid, executable)));
  return members.filter((_, index) => ours[index]);
}

/** The executable of another user's process needs CAP_SYS_PTRACE; its title does not. */
async function isNginx(pid: number, executable: string): Promise<boolean> {
  const actual = await readExecutable(pid);
  if (actual !== undefined) return actual === executable;
  return (await readCommandLine(pid)).startsWith("nginx: ");
}

async function signalAll(workers: readonly ProcessStatus[], signal: NodeJS.Signals): Promise<void> {
  const now = await Promise.all(workers.map(({ pid }) => readProcess(pid)));
  now.forEach((status, index) => {
    if (status?.startTime === workers[index]?.startTime) trySignal(status?.pid, signal);
  });
}

function trySignal(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone: nothing to signal any more.
  }
}

/** Waits until `done` holds for every worker, or the limit; returns those for which it does not. */
async function waitUntil(
  workers: readonly ProcessStatus[],
  done: (worker: ProcessStatus) => Promise<boolean>,
): Promise<ProcessStatus[]> {
  let open = [...workers];
  for (let waited = 0; waited < releaseLimit; waited += pollInterval) {
    const ended = await Promise.all(open.map(done));
    open = open.filter((_, index) => !ended[index]);
    if (open.length === 0) break;
    await wait(pollInterval);
  }
  return open;
}

async function isGone(worker: ProcessStatus): Promise<boolean> {
  const now = await readProcess(worker.pid);
  return now === undefined || now.startTime !== worker.startTime || !isAlive(now);
}

/** On SIGQUIT a worker sets this title and then closes its listening sockets. */
async function hasReleased(worker: ProcessStatus): Promise<boolean> {
  if (await isGone(worker)) return true;
  return (await readCommandLine(worker.pid)).endsWith("is shutting down");
}

async function endLater(workers: readonly ProcessStatus[], drain: Milliseconds): Promise<void> {
  await wait(drain, undefined, { ref: false });
  await signalAll(workers, "SIGTERM");
  await wait(termGrace, undefined, { ref: false });
  await signalAll(workers, "SIGKILL");
}
