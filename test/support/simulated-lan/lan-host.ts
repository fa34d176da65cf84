import type { Link, SendFailure } from "#engine/ports.ts";
import type { EngineSettings } from "#engine/settings.ts";
import type { Role } from "#vrrp/virtual-router.ts";
import { chance } from "./chance.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Frame } from "./frame.ts";
import { ownAddressesOn, planOf } from "./host-settings.ts";
import { Kernel } from "./kernel.ts";
import { Machine, type Task } from "./machine.ts";
import { interfaceName, macAddress, trackedInterface } from "./names.ts";
import { Process } from "./process.ts";
import type { Segment } from "./segment.ts";
import {
  hostName,
  type HostPlan,
  isOwner,
  type LinkState,
  type Scenario,
  type StandStill,
} from "./scenario.ts";

/** Told of all that a host does. */
export interface HostObserver {
  onHandled(host: LanHost): void;
  onSending(host: LanHost, segment: number, frame: Frame): void;
  onLog(host: LanHost, event: string, fields: Readonly<Record<string, unknown>>): void;
}

interface HostOptions {
  readonly index: number;
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  readonly segments: readonly Segment[];
  readonly settings: EngineSettings;
  readonly observer: HostObserver;
}

/** After somebody else changed its addresses, so long until the daemon must have put it right. */
const repairTime = 1500;

/** A host of a simulated LAN: a machine, its kernel, and now and then a daemon. */
export class LanHost {
  readonly index: number;
  readonly name: string;
  readonly plan: HostPlan;
  readonly kernel: Kernel;
  process: Process | undefined;
  readonly #machine: Machine;
  readonly #options: HostOptions;
  #randomCount = 0;
  #goOn: { cancel(): void } | undefined;
  /** Until then the daemon may need to put right what somebody else did to its addresses. */
  #repairUntil = -Infinity;
  #meddledStanding = false;
  /** When it stood still last; it goes on at `until`. */
  #stood = { since: -Infinity, until: -Infinity };
  #nextIndex = 2;

  constructor(options: HostOptions) {
    const { index, scenario, queue } = options;
    this.#options = options;
    this.index = index;
    this.name = hostName(index);
    this.plan = planOf(scenario, index);
    const begin = 1000 + 1e6 * chance(scenario.seed, index, 1);
    this.#machine = new Machine(queue, { rate: this.plan.clockRate, begin });
    this.kernel = new Kernel(this.#machine, () => this.#random());
    for (const segment of options.segments.keys()) {
      this.#addLink(interfaceName(segment), segment);
      const own = ownAddressesOn(scenario, index, segment);
      this.kernel.setOwnAddresses(interfaceName(segment), own);
    }
    this.#addLink(trackedInterface, 9);
  }

  role(router: number): Role | undefined {
    return this.process?.engine.routers[router]?.state.role;
  }

  /** Whether the router's addresses are this host's own. */
  owns(router: number): boolean {
    return isOwner(this.plan, router);
  }

  get standing(): boolean {
    return this.#machine.sleeping || this.process?.loop.standing === true;
  }

  /** Whether somebody else took addresses away, and the daemon had no time yet to put it right. */
  get meddledWith(): boolean {
    return this.#meddledStanding || this.#options.queue.now < this.#repairUntil;
  }

  /**
   * Whether leases ended while it stood still, by so little that its Advertisement is hardly late:
   * nobody took over, and the addresses are back as soon as the kernel's word is read.
   */
  hardlyStood(lossCount: number): boolean {
    const { since, until } = this.#stood;
    const { interval } = this.plan;
    const isUnread = (this.process?.unread ?? 0) > 0 && until === this.#options.queue.now;
    return isUnread && until - since <= interval + Math.min(2000, (lossCount - 1) * interval);
  }

  start(): void {
    if (this.process !== undefined || this.#machine.sleeping) return;
    // As the daemon does before anything else.
    this.kernel.dropAllLeases();
    this.kernel.removeVirtualLinks();
    const process = new Process(this.#options.settings, {
      machine: this.#machine,
      kernel: this.kernel,
      random: () => this.#random(),
      transmit: (link, frame) => this.#transmit(link, frame),
      onHandled: () => {
        if (this.process === process) this.#options.observer.onHandled(this);
      },
      onLog: (event, fields) => this.#options.observer.onLog(this, event, fields),
    });
    this.process = process;
    process.start();
  }

  /** kill -9: the addresses stay for as long as their leases last. */
  kill(): void {
    this.process?.end();
    this.process = undefined;
  }

  stop(): void {
    if (this.standing || this.process === undefined) return;
    this.process.engine.post({ type: "stop", text: "asked to" });
    this.kill();
  }

  powerOff(): void {
    this.kill();
    this.goOn();
    this.kernel.dropAllLeases();
    this.kernel.removeVirtualLinks();
  }

  standStill(how: StandStill, span: number): void {
    if (this.standing || (how === "process" && this.process === undefined)) return;
    this.#meddledStanding = this.meddledWith;
    if (how === "process") this.process?.loop.stand();
    else this.#machine.sleep(how === "suspend");
    const { queue } = this.#options;
    this.#stood = { since: queue.now, until: Infinity };
    const end = queue.add(queue.now + span, () => this.goOn());
    this.#goOn = { cancel: () => (end.cancelled = true) };
  }

  goOn(): void {
    if (this.standing) this.#stood.until = this.#options.queue.now;
    this.#goOn?.cancel();
    this.#goOn = undefined;
    if (this.#meddledStanding) this.#meddle();
    this.#meddledStanding = false;
    this.#machine.wake();
    this.process?.loop.goOn();
  }

  setLink(segment: number, state: LinkState): void {
    this.#meddle();
    const name = interfaceName(segment);
    if (state === "gone" || state === "replaced") this.kernel.setLink(name, undefined);
    if (state === "gone") return;
    if (this.kernel.links.get(name) === undefined) this.#addLink(name, segment);
    this.#changeLink(name, { up: state !== "down", carrier: state !== "no-carrier" });
  }

  track(well: boolean): void {
    this.#changeLink(trackedInterface, { carrier: well });
  }

  handOver(cancel: boolean): void {
    if (this.standing) return;
    this.process?.engine.execute({ name: "failover", cancel }, () => {});
  }

  removeAddresses(segment: number): void {
    this.#meddle();
    this.kernel.removeLeasesOn(interfaceName(segment));
  }

  /** With those of the routers that it owns, if any. */
  setOwnAddresses(segment: number, there: boolean): void {
    if (this.plan.priorities.some((_, router) => this.owns(router))) this.#meddle();
    const { scenario } = this.#options;
    const addresses = there ? ownAddressesOn(scenario, this.index, segment) : [];
    this.kernel.setOwnAddresses(interfaceName(segment), addresses);
  }

  filter(segment: number, on: boolean): void {
    if (on) this.kernel.filtered.add(interfaceName(segment));
    else this.kernel.filtered.delete(interfaceName(segment));
  }

  /** What the segment hands over. */
  receive(segment: number, frame: Frame): void {
    const name = interfaceName(segment);
    const { to } = frame;
    if (to !== undefined && this.kernel.ownAddresses.get(name)?.includes(to) !== true) return;
    const link = this.kernel.links.get(name);
    if (this.#machine.sleeping || link === undefined || !link.up || !link.carrier) return;
    this.process?.receive(name, frame);
  }

  after(span: number, run: () => void): Task {
    return this.#machine.after(span, run);
  }

  #transmit(link: Link, frame: Frame): SendFailure {
    const { name } = link;
    const now = this.kernel.links.get(name);
    if (now?.index !== link.index) return "ENODEV";
    if (!now.up) return "ENETDOWN";
    const { kind, sourceMac } = frame;
    const isFiltered = kind === "packet" && sourceMac === undefined;
    if (isFiltered && this.kernel.filtered.has(name)) return "EPERM";
    const { observer, segments } = this.#options;
    const segment = segments.findIndex((_, index) => interfaceName(index) === name);
    observer.onSending(this, segment, frame);
    if (now.carrier) segments[segment]?.send(this.index, frame);
    return undefined;
  }

  #addLink(name: string, segment: number): void {
    const index = this.#nextIndex++;
    const mac = macAddress(segment, this.index);
    this.kernel.setLink(name, { index, name, up: true, carrier: true, mac });
  }

  #changeLink(name: string, change: Pick<Partial<Link>, "up" | "carrier">): void {
    const link = this.kernel.links.get(name);
    if (link !== undefined) this.kernel.setLink(name, { ...link, ...change });
  }

  #meddle(): void {
    this.#repairUntil = this.#options.queue.now + repairTime;
    if (this.standing) this.#meddledStanding = true;
  }

  #random(): number {
    return chance(this.#options.scenario.seed, this.index, 2, this.#randomCount++);
  }
}
