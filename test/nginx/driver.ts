import { addTime, instant, milliseconds } from "#base/time.ts";
import type { Instant } from "#base/time.ts";
import type { NginxAction, NginxEvent, NginxTimer } from "#nginx/events.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import { initialNginxState } from "#nginx/state.ts";
import type { NginxState } from "#nginx/state.ts";
import { superviseNginx } from "#nginx/supervision.ts";

export const defaults: NginxSettings = {
  config: "/etc/nginx/nginx.conf",
  binary: "/usr/sbin/nginx",
  runOn: "always",
  onExit: "restart",
  probe: undefined,
  restartAttempts: 3,
  restartWindow: milliseconds(60_000),
  retryHold: milliseconds(30_000),
  stopTimeout: milliseconds(10_000),
  startLimit: milliseconds(10_000),
};

export const probe = {
  url: "http://127.0.0.1/",
  interval: milliseconds(1000),
  timeout: milliseconds(500),
  fall: 3,
  rise: 2,
  expectStatus: [{ first: 100, last: 599 }],
};

/** Drives the machine by hand: it answers what is asked with the newest numbers. */
export class Driver {
  readonly settings: NginxSettings;
  now: Instant = instant(0);
  state: NginxState = initialNginxState(instant(0));
  actions: readonly NginxAction[] = [];
  pid = 100;

  constructor(change: Partial<NginxSettings> = {}) {
    this.settings = { ...defaults, ...change };
  }

  send(event: NginxEvent): readonly NginxAction[] {
    const step = superviseNginx(this.state, event, this.now, this.settings);
    this.state = step.state;
    this.actions = step.actions;
    return step.actions;
  }

  wait(span: number): this {
    this.now = addTime(this.now, milliseconds(span));
    return this;
  }

  fire(timer: NginxTimer): readonly NginxAction[] {
    return this.send({ type: "timer-fired", timer, generation: this.state.timers[timer] });
  }

  /** As begun on a host where nothing runs. */
  begin(active = true): this {
    this.send({ type: "begin", active });
    this.send({ type: "found", running: undefined, deadMaster: undefined, operatorStopped: false });
    return this;
  }

  test(ok = true, output = ""): readonly NginxAction[] {
    const { phase, command } = this.state;
    const id = phase.name === "preparing" ? phase.test : (command?.test ?? 0);
    return this.send({ type: "configuration-tested", id, ok, output });
  }

  started(): this {
    this.pid += 1;
    this.send({ type: "started", pid: this.pid });
    return this;
  }

  say(level: string, message: string): readonly NginxAction[] {
    const line = `2026/11/22 12:00:00 [${level}] ${this.pid}#${this.pid}: ${message}`;
    return this.send({ type: "said", line });
  }

  workers(): readonly NginxAction[] {
    return this.say("notice", "start worker process 999");
  }

  probed(ok: boolean, detail = ok ? "status 200" : "timeout"): readonly NginxAction[] {
    const id = this.state.probe.outstanding ?? 0;
    return this.send({ type: "probe-result", id, ok, detail });
  }

  exit(code: number | undefined, signal?: string): readonly NginxAction[] {
    return this.send({ type: "exited", pid: this.pid, code, signal });
  }

  retired(): readonly NginxAction[] {
    return this.send({ type: "workers-retired", pid: this.state.deadMaster ?? 0 });
  }

  operate(command: "start" | "stop" | "restart" | "reload", id = 1): readonly NginxAction[] {
    return this.send({ type: "operator", id, command });
  }

  /** Up and healthy, without a probe. */
  healthy(): this {
    this.begin();
    this.test();
    this.started();
    this.workers();
    return this;
  }

  get status(): string {
    return this.state.health.status;
  }

  get reason(): string {
    return this.state.health.reason;
  }

  types(): string[] {
    return this.actions.map(({ type }) => type);
  }

  timer(name: NginxTimer): number | undefined {
    const armed = this.actions.findLast(
      (action) => action.type === "arm-timer" && action.timer === name,
    );
    return armed?.type === "arm-timer" ? armed.duration : undefined;
  }

  signal(): string | undefined {
    const sent = this.actions.find((action) => action.type === "signal");
    return sent?.type === "signal" ? sent.signal : undefined;
  }

  answer() {
    const found = this.actions.find((action) => action.type === "operator-answer");
    return found?.type === "operator-answer" ? found : undefined;
  }
}
