import { spawn, type ChildProcess } from "node:child_process";
import { type Milliseconds, milliseconds } from "#base/time.ts";

export interface BoundedProcessOptions {
  /** The program, by its absolute path, and its arguments. */
  readonly command: readonly string[];
  /** All that the program gets as environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** After this SIGTERM, and `killDelay` later SIGKILL, to the program and all that it started. */
  readonly timeLimit: Milliseconds;
  /** A second unless told. */
  readonly killDelay?: Milliseconds;
  /** Our own unless told; with it go our groups, and all capabilities but those of root. */
  readonly identity?: Identity | undefined;
  /** What it started in its process group ends with it. Without this it may leave a service. */
  readonly endsGroup?: boolean;
  /** How many bytes are kept of what it writes, from the end; 4 kB unless told. */
  readonly outputLimit?: number;
  /** Ends it as overtime does. */
  readonly signal?: AbortSignal;
}

/** Who a program runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** How a program ended: by itself, by a signal, or before it started. */
export interface ProcessResult {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly startError: string | undefined;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** The end of what it wrote to its standard output and standard error. */
  readonly output: string;
}

type Ending = Pick<ProcessResult, "exitCode" | "signal" | "startError">;

/** Where such programs look for others: nothing of our own environment reaches them. */
export const programPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const usualOutputLimit = 4096;
const usualKillDelay = milliseconds(1000);
/** Something that a program leaves behind can hold the pipes open: it is not waited for. */
const outputGrace = 100;

/** Runs a program in a process group of its own until it ends. Never rejects. */
export async function runBoundedProcess(options: BoundedProcessOptions): Promise<ProcessResult> {
  const start = performance.now();
  const child = startProcess(options);
  if (typeof child === "string") return notStarted(child);
  const output = collectTail(child, options);
  const overtime = endOvertime(child, options);
  const ending = await waitForEnd(child, options.endsGroup === true);
  const timedOut = overtime.stop();
  const seconds = (performance.now() - start) / 1000;
  return { ...ending, timedOut, seconds, output: output() };
}

/** The reason as text when the process cannot even be tried. */
function startProcess(options: BoundedProcessOptions): ChildProcess | string {
  const [program = "", ...args] = options.command;
  try {
    return spawn(program, args, {
      ...options.identity,
      cwd: "/",
      env: { ...options.environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    return (error as Error).message;
  }
}

/** What comes of a program that did not start. */
export function notStarted(startError: string): ProcessResult {
  const nothing = { exitCode: undefined, signal: undefined, timedOut: false, seconds: 0 };
  return { ...nothing, startError, output: "" };
}

function waitForEnd(child: ChildProcess, endsGroup: boolean): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const ended = { exitCode: undefined, signal: undefined, startError: undefined };
  child.once("error", (error) => resolve({ ...ended, startError: error.message }));
  child.once("exit", (code, signal) => {
    if (endsGroup) signalGroup(child, "SIGKILL");
    const ending = { ...ended, exitCode: code ?? undefined, signal: signal ?? undefined };
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, outputGrace);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(ending);
    });
  });
  return promise;
}

/** Answers a function that reads what the process wrote last. */
function collectTail(
  child: ChildProcess,
  { outputLimit = usualOutputLimit }: BoundedProcessOptions,
): () => string {
  let tail = Buffer.alloc(0);
  const append = (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-outputLimit)]).subarray(-outputLimit);
  };
  child.stdout?.on("data", append);
  child.stderr?.on("data", append);
  return () => tail.toString("utf8");
}

/** `stop` says whether the time limit had passed. */
function endOvertime(
  child: ChildProcess,
  { timeLimit, killDelay = usualKillDelay, signal }: BoundedProcessOptions,
): { stop(): boolean } {
  let late = false;
  const end = () => {
    late = true;
    signalGroup(child, "SIGTERM");
    clearTimeout(timer);
    timer = setTimeout(() => signalGroup(child, "SIGKILL"), killDelay);
  };
  let timer = setTimeout(end, timeLimit);
  signal?.addEventListener("abort", end);
  return {
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      // The program ended on SIGTERM; what it started may not have.
      if (late) signalGroup(child, "SIGKILL");
      return late;
    },
  };
}

/** The group outlives its leader, and keeps the number taken (setpgid(2)), while it has members. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nothing is left of it.
  }
}
