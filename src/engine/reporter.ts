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
import { addTime, type Instant, seconds } from "#base/time.ts";
import type { Reason } from "#vrrp/reason.ts";
import type { Role } from "#vrrp/virtual-router.ts";
import { type Context, performTimer } from "./context.ts";
import { Notifier } from "./notifier.ts";
import type { NotificationSettings } from "./settings.ts";

/** How long a condition stays that only a repeated observation keeps raised. */
const observationLife = seconds(10);
const sweepInterval = seconds(2);

/** A mail that says that mail does not work would only join the queue. */
const neverMailed: ReadonlySet<ConditionCode> = new Set(["mail-undeliverable"]);

/** Tells people what happened: log, mail and hooks, from one place. */
export class Reporter {
  readonly #context: Omit<Context, "reporter">;
  readonly #notifier: Notifier;
  /** The virtual routers as they are now, for "what the pair looks like". */
  readonly #views: () => readonly VirtualRouterView[];
  readonly #expiries = new Map<string, { condition: Condition; at: Instant }>();
  #conditions: ConditionSet = emptyConditionSet;
  #sweeps = 0;

  constructor(
    context: Omit<Context, "reporter">,
    settings: NotificationSettings,
    views: () => readonly VirtualRouterView[],
  ) {
    this.#context = context;
    this.#notifier = new Notifier(context, settings);
    this.#views = views;
  }

  get conditions(): ConditionSet {
    return this.#conditions;
  }

  isRaised({ code, subject }: Pick<Condition, "code" | "subject">): boolean {
    return this.#conditions.some((entry) => entry.code === code && entry.subject === subject);
  }

  transition(view: VirtualRouterView, from: Role, reason: Reason): void {
    const { log } = this.#context.ports;
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
    this.#expiries.delete(keyOf(condition));
    this.#changed(clearCondition(this.#conditions, condition, this.#moment()));
  }

  /** Raised or cleared as `detail` is given or not. */
  set(code: ConditionCode, subject: string, detail: string | undefined): void {
    if (detail === undefined) this.clear({ code, subject });
    else this.raise({ code, subject, detail });
  }

  /** Raises a condition that is over when it has not been observed for a while. */
  observe(condition: Condition): void {
    if (this.#expiries.size === 0) this.#armSweep();
    const at = addTime(this.#context.ports.clock.now(), observationLife);
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
    const now = this.#context.ports.clock.now();
    for (const { condition, at } of this.#expiries.values()) {
      if (at <= now) this.clear(condition);
    }
    if (this.#expiries.size > 0) this.#armSweep();
  }

  #armSweep(): void {
    const generation = ++this.#sweeps;
    performTimer(this.#context, "reporter", {
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
    this.#context.ports.log.write(level, `condition.${change.type}`, { code, subject, detail });
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
    const { wallClock } = this.#context.ports;
    return { at: wallClock.timestamp(), routerId: this.#notifier.settings.routerId };
  }

  #moment(): Moment {
    const { clock, wallClock } = this.#context.ports;
    return { instant: clock.now(), timestamp: wallClock.timestamp() };
  }
}

function keyOf({ code, subject }: Pick<Condition, "code" | "subject">): string {
  return `${code} ${subject}`;
}
