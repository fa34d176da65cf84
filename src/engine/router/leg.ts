import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import { elapsed, type Instant, type Milliseconds, seconds } from "#base/time.ts";
import type { Endpoints } from "#vrrp/advertisement.ts";
import { composeAdvertisement, frameAdvertisement } from "#vrrp/packets/compose-advertisement.ts";
import { vrrpGroup } from "#vrrp/constants.ts";
import { familyOfLeg } from "#vrrp/virtual-router.ts";
import type { HeardRouter, LegParameters, ReceivedAdvertisement } from "#vrrp/virtual-router.ts";
import { AddressKeeper } from "../network/address-keeper.ts";
import { AddressPlaces } from "../network/address-places.ts";
import { Announcer } from "../network/announcer.ts";
import type { Context } from "../context.ts";
import type { LeaseOutcomeInput, RemovedAddress } from "../inputs.ts";
import type { InterfaceUnit } from "../network/interface-unit.ts";
import { performTimer } from "../outlet.ts";
import { VirtualLink, virtualLinkTimer } from "../network/virtual-link.ts";

/** Until a host that claims one of our addresses is asked whether it still does. */
const conflictRecheck = seconds(5);

/** Advertisements as counted since the start of the daemon. */
export interface LegCounters {
  sent: number;
  received: number;
  sendErrors: number;
}

/** A packet, and what it was made of beside the parameters. */
interface SentPacket {
  readonly source: IpAddress;
  readonly priority: number;
  readonly packet: Uint8Array;
}

/** A Virtual Router that speaks on one interface: its packets, and its addresses there and elsewhere. */
export class Leg {
  readonly parameters: LegParameters;
  readonly family: IpFamily;
  readonly interface: InterfaceUnit;
  readonly places: AddressPlaces;
  readonly addresses: AddressKeeper;
  /** Where the addresses are, if they have a MAC address of their own. */
  readonly virtualLink: VirtualLink | undefined;
  readonly counters: LegCounters = { sent: 0, received: 0, sendErrors: 0 };
  readonly #context: Context;
  readonly #announcer: Announcer;
  #heard: HeardRouter | undefined;
  /** The first Advertisement after the last silence. */
  #hearingSince: Instant | undefined;
  /** One Advertisement is as the one before, nearly always. By destination. */
  readonly #lastSent = new Map<IpAddress, SentPacket>();
  /** Advertisements in a row that the kernel refused to send. */
  #unsent = 0;

  constructor(
    context: Context,
    parameters: LegParameters,
    unitOf: (interfaceName: string) => InterfaceUnit,
  ) {
    this.#context = context;
    this.parameters = parameters;
    this.family = familyOfLeg(parameters);
    const { id, addresses, ownsAddresses, virtualLink } = parameters;
    this.interface = unitOf(parameters.interfaceName);
    this.virtualLink = virtualLink && new VirtualLink(context, id, virtualLink, this.interface);
    this.places = new AddressPlaces(parameters, unitOf, this.virtualLink);
    this.#announcer = new Announcer(parameters, this.places);
    const leased = ownsAddresses ? [] : addresses;
    this.addresses = new AddressKeeper(context, id, leased, (each) =>
      this.places.placementOf(each),
    );
  }

  get id(): string {
    return this.parameters.id;
  }

  /** This host's own address on the interface, in the leg's family. */
  get primaryAddress(): IpAddress | undefined {
    return this.interface.primaryAddress(this.family);
  }

  /** The last other router that was heard here. */
  get heard(): HeardRouter | undefined {
    return this.#heard;
  }

  hear({ advertisement, source }: ReceivedAdvertisement, silence: Milliseconds): void {
    const at = this.#context.ports.clock.now();
    if (!this.hears(silence)) this.#hearingSince = at;
    const { priority, interval } = advertisement;
    this.#heard = { address: source, priority, interval, at };
    this.counters.received++;
  }

  /** Whether another router was heard here so shortly ago. */
  hears(silence: Milliseconds): boolean {
    return this.#heard !== undefined && this.#isWithin(silence, this.#heard.at);
  }

  /** Whether it has been heard for at least so long. */
  hearsSteadily(silence: Milliseconds): boolean {
    return this.#hearingSince !== undefined && !this.#isWithin(silence, this.#hearingSince);
  }

  get unsent(): number {
    return this.#unsent;
  }

  /** Why addresses are not where they belong: an interface was replaced under the same name. */
  get stranded(): string | undefined {
    const places = this.addresses.strayed.map(({ address }) => this.places.of(address));
    const replaced = places.find((unit) => unit?.link !== undefined);
    return replaced && (this.problem ?? `interface ${replaced.name} was replaced by another`);
  }

  /** Why there is nothing to advertise; a reason for fault. */
  get problem(): string | undefined {
    const { link, name } = this.interface;
    if (!this.parameters.ownsAddresses || link === undefined) {
      return this.virtualLink?.problem ?? this.addresses.problem ?? this.#taken;
    }
    const missing = this.parameters.addresses.find(({ address }) => !this.isPresent(address));
    return missing && `${missing.address} is not on ${name}, and priority 255 says that it is`;
  }

  /** Known beforehand: trying to add it would take the role from a peer that serves. */
  get #taken(): string | undefined {
    if (this.addresses.held || this.parameters.ownsAddresses) return undefined;
    const { network } = this.#context.ports;
    for (const { address } of this.parameters.addresses) {
      const index = this.places.indexOf(address);
      if (index !== undefined && network.hasOwnAddress(index, address)) {
        return `${address} is on ${this.places.of(address)?.name} already, and Gatepair has not added it`;
      }
    }
    return undefined;
  }

  /** Whether one of the addresses is on the interface now, by the kernel's own table. */
  isPresent(address: IpAddress): boolean {
    const { network } = this.#context.ports;
    const index = this.places.indexOf(address);
    if (index === undefined) return false;
    return this.parameters.ownsAddresses
      ? network.hasOwnAddress(index, address)
      : network.hasLease(index, address);
  }

  /** Says whether what stands against the Virtual Router may now look different. */
  timerFired(timer: string): boolean {
    if (timer === "ask-again") this.probe();
    else if (timer === virtualLinkTimer) this.virtualLink?.timerFired();
    else return this.addresses.timerFired(timer);
    return false;
  }

  addAddresses(): void {
    this.virtualLink?.setUp();
    this.addresses.hold();
  }

  removeAddresses(): void {
    this.addresses.release();
    this.virtualLink?.setDown();
  }

  /** Sends an Advertisement. The last word of a leaving router may be lost: the link is down. */
  advertise(priority: number, { isLastWord }: { isLastWord: boolean }): void {
    const failure = this.#send(priority);
    if (failure === undefined) this.counters.sent++;
    else this.counters.sendErrors++;
    if (isLastWord) return;
    this.#unsent = failure === undefined ? 0 : this.#unsent + 1;
    this.#context.reporter.set("send-error", this.id, failure);
  }

  forgetUnsent(): void {
    this.#unsent = 0;
    this.#context.reporter.set("send-error", this.id, undefined);
  }

  /** Tells the network where the addresses are. */
  announce(rounds: number): void {
    this.#announcer.announceAll(rounds);
  }

  /** Asks the network who else has the addresses. */
  probe(): void {
    if (this.addresses.held) this.#announcer.probe();
  }

  leaseOutcome(input: LeaseOutcomeInput): void {
    if (this.addresses.outcome(input)) this.#announcer.announce(input.address);
  }

  addressRemoved(removed: RemovedAddress, now: Instant): void {
    if (!this.addresses.reinstate(removed, now)) return;
    this.#announcer.announce(removed.address);
    this.#context.reporter.observe({
      code: "address-removed-by-other",
      subject: this.parameters.router,
      detail: `${removed.address} left ${this.places.of(removed.address)?.name}; it was added again at once`,
    });
  }

  /** Another host claims one of the addresses; an answer to the next probe says that it still does. */
  addressClaimed(detail: string): void {
    const subject = this.parameters.router;
    this.#context.reporter.observe({ code: "address-conflict", subject, detail });
    this.#arm("ask-again", conflictRecheck);
  }

  #send(priority: number): string | undefined {
    const { peers } = this.parameters;
    if (peers.length === 0) return this.#sendTo(vrrpGroup[this.family], priority);
    const failures = peers.map(({ address }) => this.#sendTo(address, priority));
    // One peer that cannot be reached is no reason to be silent towards the others.
    return failures.includes(undefined) ? undefined : failures[0];
  }

  #sendTo(destination: IpAddress, priority: number): string | undefined {
    const { primaryAddress: source } = this;
    const { lan } = this.interface;
    if (lan === undefined || source === undefined) return "the interface cannot be used";
    const packet = this.#packet({ source, destination }, priority);
    const frame = frameAdvertisement(this.parameters, destination, packet);
    if (frame === undefined) return lan.sendPacket(packet);
    const failure = lan.sendFrame(frame);
    // More than about 90 IPv6 addresses want fragments, which are made where packets are sent.
    return failure === "EMSGSIZE" ? lan.sendPacket(packet) : failure;
  }

  #packet(endpoints: Endpoints, priority: number): Uint8Array {
    const { source, destination } = endpoints;
    const last = this.#lastSent.get(destination);
    if (last?.source === source && last.priority === priority) return last.packet;
    const packet = composeAdvertisement(this.parameters, endpoints, priority);
    this.#lastSent.set(destination, { source, priority, packet });
    return packet;
  }

  #isWithin(span: Milliseconds, since: Instant): boolean {
    return elapsed(since, this.#context.ports.clock.now()) <= span;
  }

  #arm(timer: "ask-again", duration: Milliseconds): void {
    const action = { type: "arm-timer", timer, duration, generation: 0 } as const;
    performTimer(this.#context, `leg:${this.id}`, action);
  }
}
