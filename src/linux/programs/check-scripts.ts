import { printable } from "#base/printable.ts";
import { toSingleLine } from "#alerts/line-text.ts";
import { type Milliseconds, milliseconds } from "#base/time.ts";
import type { CheckOutcome } from "#engine/inputs.ts";
import {
  type Identity,
  type ProcessResult,
  programPath,
  runBoundedProcess,
} from "./bounded-process.ts";
import { findUser } from "./users.ts";

export interface CheckScript {
  /** Of the check, for the script's environment. */
  readonly name: string;
  readonly command: readonly string[];
  readonly user: string;
  readonly timeout: Milliseconds;
}

/** Short: a run that is ended must be over before the next turn, if it can be. */
const killDelay = milliseconds(100);
const longestLine = 200;

/** Runs the scripts of checks, each as the user that it is for, and none with anything of ours. */
export class CheckScripts {
  readonly #users = new Map<string, Identity>();
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<CheckOutcome>>();

  /** Never rejects. */
  async run(script: CheckScript): Promise<CheckOutcome> {
    const run = this.#run(script);
    this.#running.add(run);
    return await run.finally(() => this.#running.delete(run));
  }

  /** Ends all that runs; nothing is started any more. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running);
  }

  async #run(script: CheckScript): Promise<CheckOutcome> {
    const identity = await this.#identityOf(script.user);
    if (identity === undefined) return notRun(`there is no user ${script.user}`);
    if (this.#ending.signal.aborted) return notRun("gatepair is being stopped");
    const result = await runBoundedProcess({
      command: script.command,
      environment: { PATH: programPath, GATEPAIR_CHECK: script.name },
      timeLimit: script.timeout,
      killDelay,
      identity,
      endsGroup: true,
      signal: this.#ending.signal,
    });
    const { exitCode, seconds, output } = result;
    const ok = exitCode === 0 && !result.timedOut;
    return { ok, detail: describeResult(result), seconds, exitCode, output };
  }

  async #identityOf(user: string): Promise<Identity | undefined> {
    const known = this.#users.get(user) ?? (await findUser(user));
    if (known !== undefined) this.#users.set(user, known);
    return known;
  }
}

/** What comes of a script that did not start. */
export function notRun(detail: string): CheckOutcome {
  return { ok: false, detail, seconds: 0, output: "" };
}

/** How it ended, with the last line of what it said when that was not well. */
function describeResult(result: ProcessResult): string {
  const { exitCode, signal, startError, timedOut, seconds, output } = result;
  if (startError !== undefined) return `it could not be started: ${startError}`;
  if (exitCode === 0 && !timedOut) return "exit code 0";
  const said = lastLine(output);
  const end = said === "" ? "" : `; it said: ${said}`;
  if (timedOut) return `it was killed after ${seconds.toFixed(1)} s${end}`;
  return `${signal === undefined ? `exit code ${exitCode}` : `it was ended by ${signal}`}${end}`;
}

function lastLine(output: string): string {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  return toSingleLine(printable(line), longestLine);
}
