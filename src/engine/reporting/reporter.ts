import {
  clearCondition,
  type ConditionChange,
  type ConditionSet,
  emptyConditionSet,
  type Moment,
  raiseCondition,
} from "#alerts/condition-set.ts";
import {
  type Condition,
  type ConditionCode,
  conditionSeverity,
  describeCondition,
} from "#alerts/conditions.ts";
import type { VirtualRouterView } from "#alerts/notification.ts";
import type { TimerFired } from "#base/step.ts";
import { addTime, type Instant, type Milliseconds, milliseconds, seconds } from "#base/time.ts";
import type { Reason } from "#vrrp/reason.ts";
import type { Role } from "#vrrp/virtual-router.ts";
import { type Outlet, performTimer } from "../outlet.ts";
import { Notifier } from "./notifier.ts";
import type { NotificationSettings } from "../settings.ts";

/** How long a condition stays, at least, that only a repeated observation keeps raised. */
const observationLife = seconds(10);

/** So many observations in a row may be missed before the condition counts as over. */
const missedObservations = 3;
const sweepInterval = seconds(2);

/** A mail that says that mail does not work would only join the queue. */
const neverMailed: ReadonlySet<ConditionCode> = new Set(["mail-undeliverable"]);

/** Tells people what happened: log, mail and hooks, from one place. */
export class Reporter {
  readonly #outlet: Outlet;
  readonly #notifier: Notifier;
  /** The virtual routers as they are now, for "what the pair looks like". */
  readonly #views: () => readonly VirtualRouterView[];
  readonly #expiries = new Map<string, { condition: Condition; at: Instant }>();
  #conditions: ConditionSet = emptyConditionSet;
  #sweeps = 0;

  constructor(
    outlet: Outlet,
    settings: NotificationSettings,
    views: () => readonly VirtualRouterView[],
  ) {
    this.#outlet = outlet;
    this.#notifier = new Notifier(outlet, settings);
    this.#views = views;
  }

  get conditions(): ConditionSet {
    return this.#conditions;
  }

  isRaised({ code, subject }: Pick<Condition, "code" | "subject">): boolean {
    return this.#conditions.some((entry) => entry.code === code && entry.subject === subject);
  }

  transition(view: VirtualRouterView, from: Role, reason: Reason): void {
    const { log } = this.#outlet.ports;
    const { name: router, role: to, priority } = view;
    log.write(to === "fault" ? "error" : "info", "router.transition", {
      router,
      from,
      to,
      reason: reason.text,
      code: reason.code,
      priority,
    });
    const header = this.#header();
    this.#notifier.mail({ kind: "transition", ...header, from, router: view, reason: reason.text });
    this.#notifier.runHook(view, from, reason);
  }

  raise(condition: Condition): void {
    this.#changed(raiseCondition(this.#conditions, condition, this.#moment()));
  }

  clear(condition: Pick<Condition, "code" | "subject">): void {
    // The usual case, and with each Advertisement.
    if (!this.isRaised(condition)) return;
    this.#expiries.delete(keyOf(condition));
    this.#changed(clearCondition(this.#conditions, condition, this.#moment()));
  }

  /** Raised or cleared as `detail` is given or not. */
  set(code: ConditionCode, subject: string, detail: string | undefined): void {
    if (detail === undefined) this.clear({ code, subject });
    else this.raise({ code, subject, detail });
  }

  /** Raises a condition that is over when it, which may show each `interval`, shows no more. */
  observe(condition: Condition, interval: Milliseconds = milliseconds(0)): void {
    if (this.#expiries.size === 0) this.#armSweep();
    const life = milliseconds(Math.max(observationLife, missedObservations * interval));
    const at = addTime(this.#outlet.ports.clock.now(), life);
    this.#expiries.set(keyOf(condition), { condition, at });
    this.raise(condition);
  }

  timerFired(fired: TimerFired): void {
    if (fired.timer === "sweep") this.#sweep(fired.generation);
    else this.#notifier.digestDue(fired.generation);
  }

  /** Before the daemon ends: what the limiter gathered goes to the spool. */
  flush(): void {
    this.#notifier.flush();
  }

  #sweep(generation: number): void {
    if (generation !== this.#sweeps) return;
    const now = this.#outlet.ports.clock.now();
    for (const { condition, at } of this.#expiries.values()) {
      if (at <= now) this.clear(condition);
    }
    if (this.#expiries.size > 0) this.#armSweep();
  }

  #armSweep(): void {
    const generation = ++this.#sweeps;
    performTimer(this.#outlet, "reporter", {
      type: "arm-timer",
      timer: "sweep",
      duration: sweepInterval,
      generation,
    });
  }

  #changed({ set, change }: { set: ConditionSet; change: ConditionChange }): void {
    this.#conditions = set;
    if (change.type === "none" || change.type === "updated") return;
    const { code, subject, detail } = change.condition;
    const raised = change.type === "raised";
    const level = !raised ? "info" : conditionSeverity(code) === "critical" ? "error" : "warn";
    this.#outlet.ports.log.write(level, `condition.${change.type}`, { code, subject, detail });
    if (neverMailed.has(code)) return;
    this.#notifier.mail({
      kind: "condition",
      ...this.#header(),
      change: change.type,
      code,
      subject,
      text: describeCondition(change.condition),
      lasted: change.type === "cleared" ? change.lasted : undefined,
      routers: this.#views(),
    });
  }

  #header() {
    const { wallClock } = this.#outlet.ports;
    return { at: wallClock.timestamp(), routerId: this.#notifier.settings.routerId };
  }

  #moment(): Moment {
    const { clock, wallClock } = this.#outlet.ports;
    return { instant: clock.now(), timestamp: wallClock.timestamp() };
  }
}

function keyOf({ code, subject }: Pick<Condition, "code" | "subject">): string {
  return `${code} ${subject}`;
}
