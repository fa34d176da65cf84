import type { ConditionCode } from "#alerts/conditions.ts";
import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import type { TimerFired } from "#base/step.ts";
import { milliseconds } from "#base/time.ts";
import {
  type DebounceDelays,
  type DebounceEvent,
  type DebounceState,
  settledAt,
  stepDebounce,
} from "#tracking/debounce.ts";
import { encodeAnnouncement } from "#vrrp/packets/families.ts";
import type { Context } from "../context.ts";
import { performTimer } from "../outlet.ts";
import type { Lan, Link } from "../ports.ts";

const noDelays: DebounceDelays = { up: milliseconds(0), down: milliseconds(0) };

const missingAddress: Readonly<Record<IpFamily, string>> = {
  ipv4: "Advertisements need an IPv4 address of this host",
  ipv6: "Advertisements over IPv6 need a link-local address of this host that is not tentative",
};

/** What is wrong with an interface. */
export interface InterfaceFailure {
  readonly code: ConditionCode;
  readonly detail: string;
}

/** One interface that the configuration names: whether it can be used, and the way out of it. */
export class InterfaceUnit {
  readonly name: string;
  readonly #context: Context;
  readonly #delays: DebounceDelays;
  /** What the Virtual Routers on it speak; none when it is only tracked. */
  readonly families: ReadonlySet<IpFamily>;
  /** What they speak, and of what there are virtual addresses on it. */
  readonly #lanFamilies: ReadonlySet<IpFamily>;
  #link: Link | undefined;
  #debounce: DebounceState | undefined;
  #lan: Lan | undefined;
  #watched: readonly IpAddress[] = [];
  #lanMessage: string | undefined;
  #wasUnusable = false;

  constructor(
    context: Context,
    name: string,
    options: {
      delays: DebounceDelays | undefined;
      families: ReadonlySet<IpFamily>;
      placedFamilies: ReadonlySet<IpFamily>;
    },
  ) {
    this.#context = context;
    this.name = name;
    this.#delays = options.delays ?? noDelays;
    this.families = options.families;
    this.#lanFamilies = options.families.union(options.placedFamilies);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  get lan(): Lan | undefined {
    return this.#lan;
  }

  primaryAddress(family: IpFamily): IpAddress | undefined {
    return this.#link && this.#context.ports.network.primaryAddress(this.#link.index, family);
  }

  /** Looks at the tables again. */
  refresh(): void {
    const link = this.#context.ports.network.link(this.name);
    const replaced = link?.index !== this.#link?.index;
    this.#link = link;
    if (replaced) this.#reopenLan();
    const up = link !== undefined && link.up && link.carrier;
    if (this.#debounce === undefined) this.#debounce = settledAt(up);
    else this.#step({ type: "seen", up });
    this.#report();
  }

  timerFired(fired: TimerFired): void {
    // Meanwhile the interface may have been replaced, and with it the sockets.
    if (fired.timer === "reopen" && this.#lan === undefined) this.#reopenLan();
    else if (fired.timer === "settle")
      this.#step({ type: "timer-fired", timer: "settle", generation: fired.generation });
    this.#report();
  }

  watchAddresses(addresses: readonly IpAddress[]): void {
    this.#watched = [...this.#watched, ...addresses];
    this.#lan?.watchAddresses(this.#watched);
  }

  /** The socket is of no use any more: open it again in a while. */
  lanFailed(message: string): void {
    this.#closeLan();
    this.#lanMessage = message;
    this.#retryLater();
    this.#report();
  }

  close(): void {
    this.#closeLan();
  }

  failure(): InterfaceFailure | undefined {
    if (this.#link === undefined) {
      return { code: "interface-missing", detail: "it will be used as soon as it appears" };
    }
    if (this.#debounce?.settled !== true) {
      return { code: "interface-down", detail: this.#describeDown(this.#link) };
    }
    if (this.#lanMessage !== undefined) return { code: "send-error", detail: this.#lanMessage };
    const speechless = this.#speechless();
    if (speechless === undefined || this.pending !== undefined) return undefined;
    return { code: "no-primary-address", detail: missingAddress[speechless] };
  }

  /** What is not known yet of an interface without failure, but will be soon. */
  get pending(): string | undefined {
    if (this.#link === undefined || this.#speechless() !== "ipv6") return undefined;
    if (!this.#context.ports.network.awaitsPrimaryAddress(this.#link.index)) return undefined;
    return `whether another host has the link-local address of ${this.name} is being found out`;
  }

  /** A family of which there is no address to send from. */
  #speechless(): IpFamily | undefined {
    return Array.from(this.families).find((family) => !this.primaryAddress(family));
  }

  #describeDown(link: Link): string {
    if (!link.up) return "it is set down";
    if (!link.carrier) return "it has no carrier: check cable and switch";
    return `it is up again, for less than its up_delay of ${this.#delays.up / 1000} s`;
  }

  #report(): void {
    const failure = this.failure();
    if (failure === undefined && this.#wasUnusable) this.#announceOwnAddress();
    this.#wasUnusable = failure !== undefined;
    const { reporter } = this.#context;
    for (const code of ["interface-missing", "interface-down", "no-primary-address"] as const) {
      reporter.set(code, this.name, failure?.code === code ? failure.detail : undefined);
    }
  }

  /**
   * While the link was down, switches and hosts forgot where this host is, or learned it elsewhere:
   * a peer that sends to it by unicast would not be heard.
   */
  #announceOwnAddress(): void {
    const mac = this.#link?.mac;
    for (const family of this.families) {
      const address = this.primaryAddress(family);
      if (address !== undefined && mac !== undefined)
        this.#lan?.sendFrame(encodeAnnouncement({ address, mac }));
    }
  }

  #step(event: DebounceEvent): void {
    if (this.#debounce === undefined) return;
    const step = stepDebounce(this.#delays, this.#debounce, event);
    this.#debounce = step.state;
    for (const action of step.actions) performTimer(this.#context, this.#owner, action);
  }

  #reopenLan(): void {
    this.#closeLan();
    if (this.#link === undefined || this.#lanFamilies.size === 0) return;
    const result = this.#context.ports.network.openLan(this.#link, this.#lanFamilies);
    if (result.ok) {
      this.#lan = result.lan;
      result.lan.watchAddresses(this.#watched);
    } else {
      this.#lanMessage = result.message;
      this.#retryLater();
    }
  }

  #closeLan(): void {
    this.#lan?.close();
    this.#lan = undefined;
    this.#lanMessage = undefined;
  }

  #retryLater(): void {
    performTimer(this.#context, this.#owner, {
      type: "arm-timer",
      timer: "reopen",
      duration: milliseconds(1000),
      generation: 0,
    });
  }

  get #owner(): string {
    return `interface:${this.name}`;
  }
}
