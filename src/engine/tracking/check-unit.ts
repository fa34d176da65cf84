import type { CheckOutcome } from "../inputs.ts";
import { describeCondition } from "#alerts/conditions.ts";
import type { TimerFired } from "#base/step.ts";
import type { Instant } from "#base/time.ts";
import {
  type CheckEvent,
  type CheckState,
  type CheckVerdict,
  initialCheckState,
  stepCheck,
} from "#tracking/check.ts";
import type { TrackEffect, TrackFailure } from "#tracking/effective-priority.ts";
import { reportCheckRun } from "./check-report.ts";
import type { Respond } from "../commands.ts";
import type { Context } from "../context.ts";
import { performTimer } from "../outlet.ts";
import type { CheckSettings } from "../settings.ts";

/** A run that ended, for the status. */
export interface LastRun {
  readonly outcome: CheckOutcome;
  readonly at: Instant;
}

/** One named check at work: its machine, its last run, and the operators who wait for one. */
export class CheckUnit {
  readonly settings: CheckSettings;
  readonly #context: Context;
  #state: CheckState = initialCheckState;
  #since: Instant;
  #last: LastRun | undefined;
  #waiting: Respond[] = [];
  #closed = false;

  constructor(context: Context, settings: CheckSettings) {
    this.#context = context;
    this.settings = settings;
    this.#since = context.ports.clock.now();
  }

  get verdict(): CheckVerdict {
    return this.#state.verdict;
  }

  /** Since when the verdict holds. */
  get since(): Instant {
    return this.#since;
  }

  get last(): LastRun | undefined {
    return this.#last;
  }

  /** What is wrong; undefined while it has not failed. */
  get problem(): string | undefined {
    return this.verdict === "failed" ? this.#state.lastFailure : undefined;
  }

  start(): void {
    this.#post({ type: "begin" });
  }

  /** Says whether what is tracked may now look different, as the two below do. */
  timerFired({ generation }: TimerFired): boolean {
    return this.#post({ type: "timer-fired", timer: "turn", generation });
  }

  ended(run: number, outcome: CheckOutcome): boolean {
    if (this.#state.run?.number !== run) return false;
    this.#last = { outcome, at: this.#context.ports.clock.now() };
    const changed = this.#post({ type: "ended", run, ok: outcome.ok, detail: outcome.detail });
    const result = reportCheckRun(this.settings, outcome);
    for (const respond of this.#waiting.splice(0)) respond(result);
    return changed;
  }

  /** Runs it now, or waits for the run that is under way; a run that never ends is not waited for. */
  runFor(respond: Respond): void {
    if (this.#state.run?.overdue === true) {
      respond({ ok: false, message: `check ${this.settings.name}: its last run has not ended` });
      return;
    }
    this.#waiting.push(respond);
    this.#post({ type: "asked" });
  }

  close(): void {
    this.#closed = true;
    for (const respond of this.#waiting.splice(0)) {
      respond({ ok: false, message: "gatepair is being stopped" });
    }
  }

  failure(effect: TrackEffect): TrackFailure | undefined {
    const { problem: detail } = this;
    if (detail === undefined) return undefined;
    const subject = this.settings.name;
    const reason = describeCondition({ code: "check-failed", subject, detail });
    return { source: `check ${subject}`, reason, effect };
  }

  #post(event: CheckEvent): boolean {
    if (this.#closed) return false;
    const { verdict, problem } = this;
    const step = stepCheck(this.settings, this.#state, event);
    this.#state = step.state;
    for (const action of step.actions) {
      if (action.type === "run") this.#context.ports.checks.run(this.settings, action.run);
      else performTimer(this.#context, `check:${this.settings.name}`, action);
    }
    if (verdict === this.verdict && problem === this.problem) return false;
    if (verdict !== this.verdict) this.#turned();
    this.#context.reporter.set("check-failed", this.settings.name, this.problem);
    return true;
  }

  #turned(): void {
    const { clock, log } = this.#context.ports;
    this.#since = clock.now();
    const { name: check } = this.settings;
    log.write("info", "check.verdict", { check, verdict: this.verdict, reason: this.problem });
  }
}
