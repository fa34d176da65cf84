import type { ExitedEvent, NginxAction, NginxEvent } from "#nginx/events.ts";
import type { SimulatedHost } from "./simulated-host.ts";

/** An nginx without a process: does what the engine asks, at once, unless it is told to be ill. */
export class SimulatedNginx {
  /** PID of the master that runs now. */
  pid: number | undefined;
  /** Whether `nginx -t` finds its configuration good. */
  configurationIsGood = true;
  starts = 0;
  readonly #host: SimulatedHost;
  #done = 0;

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  /** Does everything that was asked for since the last time, and what follows from it. */
  work(): this {
    const { nginxActions } = this.#host;
    while (this.#done < nginxActions.length) {
      const action = nginxActions[this.#done++];
      if (action !== undefined) this.#perform(action);
    }
    return this;
  }

  exit(how: Partial<ExitedEvent> = { signal: "SIGKILL" }): this {
    const { pid } = this;
    if (pid === undefined) throw new Error("there is an nginx that can exit");
    this.pid = undefined;
    this.#post({ type: "exited", pid, code: undefined, signal: undefined, ...how });
    return this.work();
  }

  #perform(action: NginxAction): void {
    switch (action.type) {
      case "find":
        return this.#post({
          type: "found",
          running: undefined,
          deadMaster: undefined,
          operatorStopped: false,
        });
      case "test-configuration":
        return this.#test(action.id);
      case "spawn":
        return this.#start();
      case "signal":
        if (action.pid === this.pid) this.exit({ code: 0 });
        return;
      case "retire-workers":
        return this.#post({ type: "workers-retired", pid: action.pid });
      default:
    }
  }

  #test(id: number): void {
    const ok = this.configurationIsGood;
    const output = ok ? "" : "nginx: [emerg] unknown directive";
    this.#post({ type: "configuration-tested", id, ok, output });
  }

  #start(): void {
    const pid = 100 + this.starts++;
    this.pid = pid;
    this.#post({ type: "started", pid });
    const line = `2026/01/01 00:00:00 [notice] ${pid}#${pid}: start worker process ${pid + 1000}`;
    this.#post({ type: "said", line });
  }

  #post(event: NginxEvent): void {
    this.#host.engine.post({ type: "nginx", event });
  }
}
