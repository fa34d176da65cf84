import { toSingleLine } from "#alerts/line-text.ts";
import type { Milliseconds } from "#base/time.ts";
import type { HookFacts } from "#engine/ports.ts";
import { type ProcessResult, programPath } from "./bounded-process.ts";
import type { ThreadProcess } from "./script-messages.ts";

export interface HookOutcome extends ProcessResult {
  /** The program. */
  readonly hook: string;
  readonly event: string;
  readonly router: string;
}

export interface HookRunnerOptions {
  readonly timeLimit: Milliseconds;
  /** Runs a program to its end; returns at once, and never rejects. */
  readonly runProcess: (options: ThreadProcess) => Promise<ProcessResult>;
  readonly onOutcome: (outcome: HookOutcome) => void;
  /** Too many hooks wait: this one, the oldest, will not run. */
  readonly onDropped: (hook: string, facts: HookFacts) => void;
}

interface WaitingHook {
  readonly command: readonly string[];
  readonly facts: HookFacts;
}

const maxWaiting = 32;
const factLimit = 1000;

/** Runs hooks one at a time, in the order of the events. */
export class HookRunner {
  readonly #options: HookRunnerOptions;
  readonly #waiting: WaitingHook[] = [];
  #work: Promise<void> | undefined;

  constructor(options: HookRunnerOptions) {
    this.#options = options;
  }

  /** Returns at once; the hook starts in a later turn of the event loop. */
  run(command: readonly string[], facts: HookFacts): void {
    this.#waiting.push({ command, facts });
    const dropped = this.#waiting.length > maxWaiting ? this.#waiting.shift() : undefined;
    if (dropped !== undefined) this.#options.onDropped(nameHook(dropped.command), dropped.facts);
    this.#work ??= this.#runWaiting().finally(() => (this.#work = undefined));
  }

  /** Resolves when nothing runs and nothing waits. Bounded by the time limit of each hook. */
  async idle(): Promise<void> {
    await this.#work;
  }

  async #runWaiting(): Promise<void> {
    // The first hook starts a thread, which takes time: what this turn still has to send goes first.
    await new Promise((resolve) => setImmediate(resolve));
    for (let hook = this.#waiting.shift(); hook !== undefined; hook = this.#waiting.shift()) {
      const { command, facts } = hook;
      const environment = describeFacts(facts);
      const { timeLimit, onOutcome, runProcess } = this.#options;
      const result = await runProcess({ command, environment, timeLimit });
      onOutcome({ ...result, hook: nameHook(command), event: facts.event, router: facts.router });
    }
  }
}

/** How a hook failed, as a clause; undefined when it did not. */
export function describeHookFailure(outcome: ProcessResult): string | undefined {
  const { exitCode, signal, startError, timedOut, seconds, output } = outcome;
  if (exitCode === 0 && !timedOut) return undefined;
  const said = output.trim() === "" ? "" : `; it said: ${toSingleLine(output, 300)}`;
  if (startError !== undefined) return `it could not be started: ${startError}`;
  if (timedOut) return `it was killed after ${seconds.toFixed(1)} s${said}`;
  if (signal !== undefined) return `it was ended by ${signal}${said}`;
  return `it exited with ${exitCode}${said}`;
}

/** The environment of a hook: no variable of ours reaches it. */
function describeFacts(facts: HookFacts): Record<string, string> {
  const values = {
    EVENT: facts.event,
    ROUTER: facts.router,
    VRID: String(facts.vrid),
    INTERFACE: facts.interfaceName,
    FROM: facts.from,
    TO: facts.to,
    REASON: facts.reason,
    REASON_CODE: facts.reasonCode,
    PRIORITY: String(facts.priority),
    ADDRESSES: facts.addresses.join(" "),
    ROUTER_ID: facts.routerId,
  };
  const entries = Object.entries(values).map(([name, value]) => [
    `GATEPAIR_${name}`,
    toSingleLine(value, factLimit),
  ]);
  return { PATH: programPath, ...(Object.fromEntries(entries) as Record<string, string>) };
}

function nameHook(command: readonly string[]): string {
  return command[0] ?? "";
}
