import type { TimerFired } from "#base/step.ts";
import type { NginxAction, NginxEvent, NginxTimer, OperatorCommand } from "#nginx/events.ts";
import { nginxHealth } from "#nginx/health.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { initialNginxState, type NginxHealth, type NginxState } from "#nginx/state.ts";
import { superviseNginx } from "#nginx/supervision.ts";
import type { Respond } from "../commands.ts";
import type { Context } from "../context.ts";
import { performTimer } from "../outlet.ts";

/** nginx under supervision: its machine, and the operators who wait for an answer. */
export class NginxUnit {
  readonly settings: NginxSettings;
  readonly #context: Context;
  readonly #waiting = new Map<number, Respond>();
  #state: NginxState;
  #commands = 0;
  #stopping = false;
  #stopped = false;

  constructor(context: Context, settings: NginxSettings) {
    this.#context = context;
    this.settings = settings;
    this.#state = initialNginxState(context.ports.clock.now());
  }

  get health(): NginxHealth {
    return nginxHealth(this.#state);
  }

  /** The last lines that it said. */
  get lines(): readonly string[] {
    return this.#state.lines;
  }

  /** Whether an ordered stop has come to its end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  post(event: NginxEvent): void {
    const before = this.health;
    if (event.type === "shutdown") this.#stopping = true;
    if (event.type === "said")
      this.#context.ports.log.write("info", "nginx.said", { line: event.line });
    const now = this.#context.ports.clock.now();
    const step = superviseNginx(this.#state, event, now, this.settings);
    this.#state = step.state;
    for (const action of step.actions) this.#perform(action);
    const { status, reason } = this.health;
    if (status !== before.status || reason !== before.reason) this.#report();
  }

  timerFired({ timer, generation }: TimerFired): void {
    this.post({ type: "timer-fired", timer: timer as NginxTimer, generation });
  }

  /** With `leave`, an nginx that serves goes on, for the next run of the daemon to adopt. */
  shutDown(leave: boolean): void {
    const { status, pid } = this.health;
    if (!leave || status !== "healthy") return this.post({ type: "shutdown" });
    for (const respond of this.#waiting.values()) {
      respond({ ok: false, message: "gatepair is being restarted" });
    }
    this.#waiting.clear();
    this.#context.ports.log.write("info", "nginx.left", { pid });
    this.#stopped = true;
  }

  /** Whether this host is Active for any Virtual Router. */
  setActive(active: boolean): void {
    if (active !== this.#state.active) this.post({ type: "role-changed", active });
  }

  operate(command: OperatorCommand, respond: Respond): void {
    const id = ++this.#commands;
    this.#waiting.set(id, respond);
    this.post({ type: "operator", id, command });
  }

  #perform(action: NginxAction): void {
    switch (action.type) {
      case "arm-timer":
      case "cancel-timer":
        performTimer(this.#context, "nginx", action);
        break;
      case "operator-answer":
        this.#waiting.get(action.id)?.({ ok: action.ok, message: action.message });
        this.#waiting.delete(action.id);
        break;
      case "stopped":
        this.#stopped = true;
        break;
      default:
        this.#context.ports.nginx.perform(action);
    }
  }

  #report(): void {
    const { status, reason, pid } = this.health;
    const { ports, reporter } = this.#context;
    ports.log.write(status === "failed" ? "error" : "info", "nginx.health", {
      status,
      reason,
      pid,
    });
    if (this.#stopping) return;
    reporter.set("nginx-failed", "nginx", status === "failed" ? reason : undefined);
    const stopped = status === "stopped-by-operator" ? reason : undefined;
    reporter.set("nginx-stopped-by-operator", "nginx", stopped);
  }
}
