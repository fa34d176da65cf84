import type { TimerFired } from "#base/step.ts";
import type { Command, Respond } from "./commands.ts";
import type { Context } from "./context.ts";
import { createInterfaces } from "./network/create-interfaces.ts";
import { HealthUnit } from "./tracking/health-unit.ts";
import type {
  EngineInput,
  HookOutcome,
  LeaseRemovedInput,
  MailStatus,
  PacketFilterInput,
  StopInput,
} from "./inputs.ts";
import type { InterfaceUnit } from "./network/interface-unit.ts";
import { Journal } from "./journal/journal.ts";
import { NginxUnit } from "./tracking/nginx-unit.ts";
import { obstaclesOf } from "./obstacles.ts";
import { Operators } from "./operators.ts";
import type { Ports } from "./ports.ts";
import { Receiver } from "./router/receiver.ts";
import { Reporter } from "./reporting/reporter.ts";
import { RouterSet } from "./router/router-set.ts";
import type { RouterUnit } from "./router/router-unit.ts";
import type { EngineSettings } from "./settings.ts";
import { Trackers } from "./tracking/trackers.ts";

const tooLate = { ok: false, message: "gatepair is being stopped" } as const;

/**
 * Everything that Gatepair decides, in one place and one thread of events: inputs come through one
 * inbox, and each is handled to its end before the next.
 */
export class Engine {
  readonly settings: EngineSettings;
  readonly reporter: Reporter;
  readonly interfaces: ReadonlyMap<string, InterfaceUnit>;
  readonly nginx: NginxUnit | undefined;
  readonly health: HealthUnit;
  readonly trackers: Trackers;
  readonly receiver: Receiver;
  readonly #routerSet: RouterSet;
  readonly #operators: Operators;
  readonly #journal: Journal;
  readonly #ports: Ports;
  readonly #inbox: EngineInput[] = [];
  #busy = false;
  #state: "waiting" | "running" | "stopping" | "stopped" = "waiting";
  #mail: MailStatus | undefined;
  #filterFailure: string | undefined;
  #onStopped: (() => void) | undefined;

  constructor(settings: EngineSettings, ports: Ports) {
    this.settings = settings;
    this.#ports = ports;
    const shared = { ports, post: (input: EngineInput) => this.post(input) };
    this.reporter = new Reporter(shared, settings.notifications, () =>
      this.routers.flatMap((router) => router.views()),
    );
    this.#journal = new Journal(shared);
    const context: Context = { ...shared, reporter: this.reporter, journal: this.#journal };
    this.interfaces = createInterfaces(context, settings);
    this.#routerSet = new RouterSet(context, settings.routers, this.interfaces);
    this.nginx = settings.nginx && new NginxUnit(context, settings.nginx);
    this.health = new HealthUnit(settings.health, this.reporter);
    this.trackers = new Trackers(context, settings);
    this.receiver = new Receiver(this.routers, context);
    this.#operators = new Operators(this.routers, {
      nginx: this.nginx,
      trackers: this.trackers,
      journal: this.#journal,
    });
  }

  get routers(): readonly RouterUnit[] {
    return this.#routerSet.all;
  }

  get mail(): MailStatus | undefined {
    return this.#mail;
  }

  get ports(): Ports {
    return this.#ports;
  }

  /** Why packets to addresses that accept none are not dropped. */
  get filterFailure(): string | undefined {
    return this.#filterFailure;
  }

  /** Resolves when an ordered stop has come to its end. */
  untilStopped(): Promise<void> {
    return new Promise((resolve) => {
      this.#onStopped = resolve;
    });
  }

  execute(command: Command, respond: Respond): void {
    this.post({ type: "command", command, respond });
  }

  /** The inbox. What is posted while an input is handled waits for its end. */
  post(input: EngineInput): void {
    this.#inbox.push(input);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        this.#handle(next);
      }
    } finally {
      this.#busy = false;
    }
  }

  #handle(input: EngineInput): void {
    if (this.#state === "stopped") {
      if (input.type === "command") input.respond(tooLate);
      return;
    }
    const concerned = this.#changesTracking(input);
    if (concerned === true) this.#consider(this.routers);
    else if (concerned !== false) this.#consider([concerned]);
    this.#tellNginx();
    if (this.#state === "stopping" && this.nginx?.stopped !== false) this.#finish();
  }

  /**
   * Handles the input; says whether what is tracked may now look different, and if that can be for
   * one router alone, for which. (With 255 of them, each looked at for each one's timer, an
   * Advertisement would wait for 65,025 looks.)
   */
  #changesTracking(input: EngineInput): boolean | RouterUnit {
    switch (input.type) {
      case "packet":
        this.receiver.receive(input.interfaceName, input.packet);
        return false;
      case "arp":
      case "neighbor":
        this.receiver.receiveClaim(input.interfaceName, input.frame);
        return false;
      case "timer":
        return this.#timerFired(input.owner, input.fired);
      case "start":
        this.#start();
        return true;
      case "network-changed":
        if (this.#state === "running") this.#lookAround();
        return true;
      case "lease-removed":
        this.#leaseRemoved(input);
        return false;
      case "lan-failed":
        this.interfaces.get(input.interfaceName)?.lanFailed(input.message);
        return true;
      case "lease-outcome":
        this.#routerSet.ofLeg(input.leg)?.leaseOutcome(input);
        return !input.outcome.ok && this.#lookAt(input.leg);
      case "route-removed":
        for (const { routes } of this.routers) routes.routesChanged(this.#ports.clock.now());
        return false;
      case "route-outcome":
        this.#routerSet.named(input.unit)?.routes.outcome(input);
        return false;
      case "packet-filter":
        this.#filterInstalled(input);
        return true;
      case "virtual-link-changed":
        return this.#virtualLinkChanged(input.name);
      case "virtual-link-outcome":
        this.#routerSet.leg(input.leg)?.virtualLink?.outcome(input);
        return this.#lookAt(input.leg);
      case "nginx":
        this.nginx?.post(input.event);
        return true;
      case "check-ended":
      case "file-found":
        return this.trackers.handle(input);
      case "health":
        this.health.update(input.figures);
        return true;
      case "hook-outcome":
        this.#hookEnded(input.outcome);
        return false;
      case "mail-status":
        this.#mailChanged(input.status);
        return false;
      case "background-failed":
        this.reporter.observe({
          code: "background-failed",
          subject: "background",
          detail: input.message,
        });
        return false;
      case "command":
        this.#operators.execute(input.command, input.respond);
        return true;
      case "stop":
        this.#stop(input);
        return false;
    }
  }

  #start(): void {
    this.#state = "running";
    this.#lookAround();
    for (const leg of this.#routerSet.legs) leg.places.watch();
    this.nginx?.post({ type: "begin", active: false });
    this.trackers.start();
  }

  #lookAround(): void {
    for (const unit of this.interfaces.values()) unit.refresh();
    for (const leg of this.#routerSet.legs) leg.virtualLink?.refresh();
  }

  #virtualLinkChanged(name: string): RouterUnit | false {
    const leg = this.#routerSet.legOfVirtualLink(name);
    if (this.#state !== "running" || leg === undefined) return false;
    leg.virtualLink?.refresh();
    return this.#lookAt(leg.id);
  }

  #leaseRemoved({ removed }: LeaseRemovedInput): void {
    if (this.#state !== "running") return;
    const now = this.#ports.clock.now();
    for (const router of this.routers) router.addressRemoved(removed, now);
  }

  #timerFired(owner: string, fired: TimerFired): boolean | RouterUnit {
    const separator = owner.indexOf(":");
    const kind = separator === -1 ? owner : owner.slice(0, separator);
    const name = owner.slice(separator + 1);
    switch (kind) {
      case "router":
        return this.#routerTimerFired(name, fired);
      case "routes":
        this.#routerSet.named(name)?.routes.timerFired();
        return false;
      case "leg":
        return this.#routerSet.leg(name)?.timerFired(fired.timer) === true && this.#lookAt(name);
      case "interface":
        this.interfaces.get(name)?.timerFired(fired);
        break;
      case "nginx":
        this.nginx?.timerFired(fired);
        break;
      case "journal":
        this.#journal.timerFired();
        return false;
      case "check":
      case "file":
        return this.trackers.timerFired(kind, name, fired);
      default:
        this.reporter.timerFired(fired);
        return false;
    }
    return true;
  }

  #routerTimerFired(name: string, { timer, generation }: TimerFired): RouterUnit | false {
    const router = this.#routerSet.named(name);
    return router?.timerFired(timer, generation) === true && router;
  }

  #consider(routers: readonly RouterUnit[]): void {
    if (this.#state !== "running") return;
    for (const router of routers) router.consider(obstaclesOf(router, this));
  }

  /** A role may change with each input: a packet is enough. */
  #tellNginx(): void {
    if (this.#state !== "running") return;
    this.nginx?.setActive(this.routers.some(({ state }) => state.role === "active"));
  }

  #filterInstalled({ failure, removedByOther }: PacketFilterInput): void {
    this.#filterFailure = failure;
    if (!removedByOther) return;
    this.reporter.observe({
      code: "packet-filter-removed-by-other",
      subject: "packet filter",
      detail: failure ?? "its rules were installed again",
    });
  }

  #hookEnded({ hook, ok, detail }: HookOutcome): void {
    this.#ports.log.write(ok ? "info" : "warn", "hook.ended", { hook, ok, detail });
    this.reporter.set("hook-failed", hook, ok ? undefined : detail);
  }

  #mailChanged(status: MailStatus): void {
    this.#mail = status;
    const failing = status.queued > 0 && status.lastError !== undefined;
    const detail = failing ? `${status.lastError?.text}; ${status.queued} waiting` : undefined;
    this.reporter.set("mail-undeliverable", "the mail server", detail);
  }

  #stop({ text, leaveNginx = false }: StopInput): void {
    if (this.#state === "stopping") return;
    this.#state = "stopping";
    for (const router of this.routers) router.post({ type: "shutdown", text });
    this.trackers.close();
    this.nginx?.shutDown(leaveNginx);
  }

  #finish(): void {
    this.#state = "stopped";
    this.reporter.flush();
    this.#journal.close();
    for (const unit of this.interfaces.values()) unit.close();
    this.#onStopped?.();
  }

  /** Only at the router that a leg belongs to. */
  #lookAt(leg: string): RouterUnit | false {
    return this.#routerSet.ofLeg(leg) ?? false;
  }
}
