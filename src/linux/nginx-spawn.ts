import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { nginxArguments } from "./nginx-configuration-test.ts";
import type { NginxCommand } from "./nginx-configuration-test.ts";
import { openForChild, releaseAfterSpawn, releaseUnused } from "./nginx-output.ts";

/** A living nginx master, own child or adopted. */
export interface Master {
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** No more word of it. It lives on. */
  release(): void;
}

export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** The last words of a child that gave up itself may still be in the FIFO when its exit is seen. */
const lastWordsTime = 10;

/**
 * Starts nginx in a session of its own, so that no signal to the daemon's group reaches it and its
 * workers can be told by their session. Rejects when it cannot be started.
 */
export async function spawnNginx(
  command: NginxCommand,
  fifo: string,
  onExit: (pid: number, exit: Exit) => void,
): Promise<Master> {
  const output = await openForChild(fifo);
  let child: ChildProcess;
  try {
    child = spawn(command.binary, nginxArguments(command.config), {
      cwd: "/",
      env: command.environment,
      stdio: ["ignore", output, output],
      detached: true,
    });
  } catch (error) {
    await releaseUnused(output);
    throw error;
  }
  releaseAfterSpawn(output);
  return await whenSpawned(child, onExit);
}

async function whenSpawned(
  child: ChildProcess,
  onExit: (pid: number, exit: Exit) => void,
): Promise<Master> {
  const { promise, resolve, reject } = Promise.withResolvers<Master>();
  const { pid = 0 } = child;
  child.on("error", reject);
  child.on("spawn", () => resolve(masterOf(child, pid)));
  child.on("exit", (code, signal) => {
    const exit = { code: code ?? undefined, signal: signal ?? undefined };
    if (exit.code === undefined || exit.code === 0) onExit(pid, exit);
    else setTimeout(() => onExit(pid, exit), lastWordsTime);
  });
  child.unref();
  return promise;
}

function masterOf(child: ChildProcess, pid: number): Master {
  return {
    pid,
    signal: (signal) => void child.kill(signal),
    release: () => child.removeAllListeners(),
  };
}

/** What the daemon was told by systemd, or by an nginx before it, is not for nginx. */
const withheld =
  /^(?:NGINX|NOTIFY_SOCKET|WATCHDOG_.*|LISTEN_.*|JOURNAL_STREAM|INVOCATION_ID|NODE_.*)$/;

export function nginxEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !withheld.test(name));
  return Object.fromEntries(kept);
}
