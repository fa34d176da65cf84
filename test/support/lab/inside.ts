import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { childrenOf, innerPid, isAlive, killQuietly } from "./process-table.ts";
import { until } from "./time.ts";

/** How to reach the inside of a host: its first process, and a directory for output. */
export interface Inside {
  readonly initPid: number;
  readonly logs: string;
  /** The nsenter(1) of every command that runs there. */
  readonly sessions: Set<ChildProcess>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProcess {
  /** Pid in the root pid namespace. */
  readonly pid: number;
  /** Pid as the host itself sees it. */
  readonly innerPid: number;
  readonly logFile: string;
  readonly exited: Promise<number | null>;
  alive(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal, SIGTERM unless told, and waits for the end, which has to come in time. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  log(): string;
}

/** The arguments that run a command inside the host: nsenter(1). */
export function enterArguments(initPid: number, argv: readonly string[]): string[] {
  const spaces = ["--net", "--mount", "--uts", "--pid"];
  return ["--target", String(initPid), ...spaces, "--", ...argv];
}

/**
 * More than stop_timeout: a client whose question was under way when the virtual address left holds
 * its connection, and so nginx, to the end of that time.
 */
const stopLimit = 15_000;

let fileCount = 0;

/** Output goes to files: a daemon that keeps a pipe open would hold its reader for ever. */
function spawnToFiles(inside: Inside, argv: readonly string[], files: [string, string]) {
  const [out, err] = files.map((file) => openSync(file, "a"));
  const child = spawn("nsenter", enterArguments(inside.initPid, argv), {
    stdio: ["ignore", out, err],
    detached: true, // Ctrl-C is for this process, which then ends the host as a whole
  });
  if (out !== undefined) closeSync(out);
  if (err !== undefined) closeSync(err);
  inside.sessions.add(child);
  child.once("exit", () => inside.sessions.delete(child));
  return child;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** nsenter waits outside for the command, which is its only child. */
function killInside(nsenter: ChildProcess, signal: NodeJS.Signals): void {
  if (nsenter.pid === undefined) return;
  for (const pid of childrenOf(nsenter.pid)) killQuietly(pid, signal);
}

export async function runInside(
  inside: Inside,
  argv: readonly string[],
  limit: number,
): Promise<CommandResult> {
  const base = join(inside.logs, `run-${(fileCount += 1)}`);
  const files: [string, string] = [`${base}.out`, `${base}.err`];
  const child = spawnToFiles(inside, argv, files);
  const timer = setTimeout(() => killInside(child, "SIGKILL"), limit);
  const code = await exitOf(child);
  clearTimeout(timer);
  const [stdout = "", stderr = ""] = files.map((file) => readFileSync(file, "utf8"));
  for (const file of files) rmSync(file);
  return { code, stdout, stderr };
}

/** Waits until the command itself runs: before that the child is still nsenter. */
async function findCommand(nsenter: ChildProcess, argv: readonly string[]): Promise<number> {
  const parent = nsenter.pid ?? 0;
  return until({ what: `start of ${argv.join(" ")}`, limit: 15_000, every: 2 }, () => {
    if (nsenter.exitCode !== null) throw new Error(`ended at once: ${argv.join(" ")}`);
    return childrenOf(parent).find((pid) => isAlive(pid));
  });
}

export async function startInside(
  inside: Inside,
  argv: readonly string[],
  logName: string,
): Promise<RunningProcess> {
  const logFile = join(inside.logs, `${logName}.log`);
  const nsenter = spawnToFiles(inside, argv, [logFile, logFile]);
  const pid = await findCommand(nsenter, argv).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${readFileSync(logFile, "utf8")}`);
  });
  const exited = exitOf(nsenter);
  const kill = (signal: NodeJS.Signals): void => {
    killQuietly(pid, signal);
    // nsenter stops itself along with a stopped child, and continues both: nsenter(1).
    if (signal === "SIGCONT" && nsenter.pid !== undefined) killQuietly(nsenter.pid, signal);
  };
  return {
    pid,
    innerPid: innerPid(pid) ?? 0,
    logFile,
    exited,
    alive: () => isAlive(pid),
    kill,
    async stop(signal = "SIGTERM") {
      kill(signal);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        kill("SIGKILL");
      }, stopLimit);
      await exited;
      clearTimeout(timer);
      if (late)
        throw new Error(`${argv.join(" ")} did not end within ${stopLimit} ms of ${signal}`);
    },
    log: () => readFileSync(logFile, "utf8"),
  };
}
