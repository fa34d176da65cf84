import type { IpAddress } from "#base/ip-address.ts";
import { type Instant, type Milliseconds, seconds } from "#base/time.ts";
import type { VirtualRouterView } from "#alerts/notification.ts";
import {
  judgeFailures,
  type TrackFailure,
  type TrackVerdict,
} from "#tracking/effective-priority.ts";
import { encodeArpProbe, encodeGratuitousArp } from "#vrrp/arp.ts";
import { encodeAdvertisement } from "#vrrp/codec.ts";
import { lossCount, vrrpGroup4, vrrpProtocol, vrrpTimeToLive } from "#vrrp/constants.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/events.ts";
import { encodeIpv4Packet } from "#vrrp/ipv4-packet.ts";
import { heardAgo, initialState, stepVirtualRouter } from "#vrrp/state-machine.ts";
import type {
  TimerName,
  VirtualRouterParameters,
  VirtualRouterState,
} from "#vrrp/virtual-router.ts";
import { AddressKeeper } from "./address-keeper.ts";
import type { Context } from "./context.ts";
import { performTimer } from "./outlet.ts";
import type { InterfaceUnit } from "./interface-unit.ts";
import type { LeaseOutcomeInput, RemovedAddress } from "./inputs.ts";
import type { RouterSettings } from "./settings.ts";

/** How long a router stays in fault after its Advertisements could not be sent. */
const muteHold = seconds(10);

/** Until a host that claims one of our addresses is asked whether it still does. */
const conflictRecheck = seconds(5);

/** What stands against a Virtual Router now. */
export interface Obstacles {
  readonly failures: readonly TrackFailure[];
  /** Not known yet: no reason to stop, but none to start either. */
  readonly pending: string | undefined;
}

/** Advertisements as counted since the start of the daemon. */
export interface RouterCounters {
  sent: number;
  received: number;
  sendErrors: number;
}

/** One Virtual Router at work: its machine, its addresses, its packets. */
export class RouterUnit {
  readonly settings: RouterSettings;
  readonly interface: InterfaceUnit;
  readonly addresses: AddressKeeper;
  readonly counters: RouterCounters = { sent: 0, received: 0, sendErrors: 0 };
  readonly #context: Context;
  #state: VirtualRouterState;
  #verdict: TrackVerdict;
  #pending: string | undefined = "gatepair has just started";
  /** Advertisements in a row that the kernel refused to send. */
  #unsent = 0;

  constructor(context: Context, settings: RouterSettings, carrier: InterfaceUnit) {
    this.#context = context;
    this.settings = settings;
    this.interface = carrier;
    const { name, addresses } = settings.parameters;
    this.addresses = new AddressKeeper(context, name, addresses);
    this.#state = initialState(settings.parameters, context.ports.clock.now());
    this.#verdict = judgeFailures(settings.parameters.priority, []);
  }

  get parameters(): VirtualRouterParameters {
    return this.settings.parameters;
  }

  get state(): VirtualRouterState {
    return this.#state;
  }

  get verdict(): TrackVerdict {
    return this.#verdict;
  }

  get pending(): string | undefined {
    return this.#pending;
  }

  /** Whether so many Advertisements in a row were not sent that the peer must have taken over. */
  get mute(): boolean {
    return this.#unsent >= lossCount;
  }

  post(event: VirtualRouterEvent): void {
    const now = this.#context.ports.clock.now();
    const step = stepVirtualRouter(this.parameters, this.#state, event, now);
    this.#state = step.state;
    for (const action of step.actions) this.#perform(action);
  }

  timerFired(timer: string, generation: number): void {
    if (timer === "speak-again") this.#forgetUnsent();
    else if (timer === "ask-again") this.#probe();
    else this.post({ type: "timer-fired", timer: timer as TimerName, generation });
  }

  /** Takes part, stops or changes its priority, as what is tracked allows. */
  consider({ failures, pending }: Obstacles): void {
    this.#verdict = judgeFailures(this.parameters.priority, failures);
    const { faults, priority } = this.#verdict;
    const { link } = this.interface;
    if (link !== undefined && this.addresses.isStranded(link.index)) {
      this.post({ type: "fault", text: `interface ${link.name} was replaced by another` });
    }
    if (priority !== this.#state.priority) this.post({ type: "priority", priority });
    if (faults.length > 0) {
      if (this.#state.role !== "fault") this.post({ type: "fault", text: describe(faults) });
    } else if (pending === undefined && this.#isIdle()) {
      this.post({ type: "startup", text: "nothing tracked has failed" });
    }
    this.#pending = this.#isIdle() ? pending : undefined;
  }

  leaseOutcome(input: LeaseOutcomeInput): void {
    if (this.addresses.outcome(input)) this.#announce(input.address, 1);
  }

  addressRemoved(removed: RemovedAddress, now: Instant): void {
    if (!this.addresses.reinstate(removed, now)) return;
    this.#announce(removed.address, 1);
    this.#context.reporter.observe({
      code: "address-removed-by-other",
      subject: this.parameters.name,
      detail: `${removed.address} left ${this.parameters.interfaceName}; it was added again at once`,
    });
  }

  /** Another host claims one of the addresses; an answer to the next probe says that it still does. */
  addressClaimed(detail: string): void {
    const subject = this.parameters.name;
    this.#context.reporter.observe({ code: "address-conflict", subject, detail });
    this.#arm("ask-again", conflictRecheck);
  }

  view(): VirtualRouterView {
    const { name, vrid, interfaceName, addresses } = this.parameters;
    const { role, priority, heard } = this.#state;
    const lastHeardAgo = heardAgo(this.#state, this.#context.ports.clock.now());
    const peer =
      heard === undefined || lastHeardAgo === undefined
        ? undefined
        : { address: heard.address, priority: heard.priority, lastHeardAgo };
    const texts = addresses.map((prefix) => prefix.address);
    return { name, vrid, interfaceName, role, priority, addresses: texts, peer };
  }

  #isIdle(): boolean {
    return this.#state.role === "fault" || this.#state.role === "initialize";
  }

  #perform(action: VirtualRouterAction): void {
    switch (action.type) {
      case "add-addresses":
        if (this.interface.link) this.addresses.hold(this.interface.link.index);
        break;
      case "remove-addresses":
        this.addresses.release();
        break;
      case "send-advertisement":
        this.#advertise(action.priority);
        break;
      case "announce":
        for (const { address } of this.parameters.addresses) this.#announce(address, action.rounds);
        break;
      case "probe-addresses":
        this.#probe();
        break;
      case "transition":
        this.#context.reporter.transition(this.view(), action.from, action.reason);
        if (action.from === "active" && !this.mute) this.#forgetUnsent();
        break;
      case "two-active":
        this.#reportTwoActive();
        break;
      default:
        performTimer(this.#context, `router:${this.parameters.name}`, action);
    }
  }

  #advertise(priority: number): void {
    const failure = this.#send(priority);
    if (failure === undefined) this.counters.sent++;
    else this.counters.sendErrors++;
    // The last word of a router that leaves its role may well be lost: the interface is down.
    if (this.#state.role !== "active") return;
    this.#unsent = failure === undefined ? 0 : this.#unsent + 1;
    // A peer that hears nothing has taken over: let it, and try again in a while.
    if (this.mute) this.#arm("speak-again", muteHold);
    this.#context.reporter.set("send-error", this.parameters.name, failure);
  }

  #forgetUnsent(): void {
    this.#unsent = 0;
    this.#context.reporter.set("send-error", this.parameters.name, undefined);
  }

  #send(priority: number): string | undefined {
    const { lan, primaryAddress: source } = this.interface;
    if (lan === undefined || source === undefined) return "the interface cannot be used";
    const { version, vrid, authentication } = this.parameters;
    const addresses = this.parameters.addresses.map((prefix) => prefix.address);
    const interval = this.parameters.advertisementInterval;
    const endpoints = { source, destination: vrrpGroup4 };
    const advertisement = { version, vrid, priority, interval, addresses, authentication };
    const payload = encodeAdvertisement(advertisement, endpoints);
    const header = { ...endpoints, protocol: vrrpProtocol, ttl: vrrpTimeToLive };
    return lan.sendPacket(encodeIpv4Packet({ ...header, payload }));
  }

  #announce(address: IpAddress, rounds: number): void {
    const { lan, link } = this.interface;
    if (lan === undefined || link?.mac === undefined) return;
    const frame = encodeGratuitousArp({ address, mac: link.mac });
    for (let round = 0; round < rounds; round++) lan.sendFrame(frame);
  }

  /** A gratuitous ARP does not do: a host that has the address itself takes it for a forgery. */
  #probe(): void {
    const { lan, link } = this.interface;
    if (!this.addresses.held || lan === undefined || link?.mac === undefined) return;
    const { mac } = link;
    for (const { address } of this.parameters.addresses) {
      lan.sendFrame(encodeArpProbe({ address, mac }));
    }
  }

  #reportTwoActive(): void {
    const { heard } = this.#state;
    if (heard === undefined) return;
    const detail = `${heard.address} advertises it too, with priority ${heard.priority}`;
    const subject = this.parameters.name;
    this.#context.reporter.observe({ code: "two-active-routers", subject, detail }, heard.interval);
  }

  #arm(timer: "speak-again" | "ask-again", duration: Milliseconds): void {
    const action = { type: "arm-timer", timer, duration, generation: 0 } as const;
    performTimer(this.#context, `router:${this.parameters.name}`, action);
  }
}

function describe(faults: readonly TrackFailure[]): string {
  return faults.map(({ reason }) => reason).join("; ");
}
