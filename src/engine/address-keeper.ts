import { type AddressPrefix, type IpAddress, isIpv6LinkLocal } from "#base/ip-address.ts";
import { elapsed, type Instant, seconds } from "#base/time.ts";
import type { Context } from "./context.ts";
import { performTimer } from "./outlet.ts";
import type { LeaseOutcomeInput, RemovedAddress } from "./inputs.ts";
import type { Lease } from "./ports.ts";

/**
 * The kernel removes an address by itself when it is not renewed for so long: a daemon that was
 * killed or hangs leaves none behind. Three renewals may be late before that.
 */
export const leaseLifetime = seconds(3);
const renewalInterval = seconds(1);

/** Of fe80::/64, the network of every link (RFC 4291, 2.5.6). */
const linkLocalPrefixLength = 64;

/** After an address could not be added, the next try. */
const retryInterval = seconds(10);

/** Somebody who removes one address again and again is answered at once only that often. */
const reinstatementInterval = seconds(1);

/** The addresses of one Virtual Router on its interface: there while it is Active, else not. */
export class AddressKeeper {
  readonly #context: Context;
  readonly #leg: string;
  readonly #prefixes: readonly AddressPrefix[];
  readonly #onOwnLink: boolean;
  /** Where the addresses are held; undefined when they are not. */
  #interfaceIndex: number | undefined;
  #problem: string | undefined;
  readonly #reinstatedAt = new Map<IpAddress, Instant>();

  /** `onOwnLink`: the interface is there for these addresses alone. */
  constructor(
    context: Context,
    leg: string,
    prefixes: readonly AddressPrefix[],
    { onOwnLink }: { onOwnLink: boolean },
  ) {
    this.#context = context;
    this.#leg = leg;
    this.#prefixes = prefixes;
    this.#onOwnLink = onOwnLink;
  }

  /** Why the addresses cannot be had; a reason for fault until the next try. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get held(): boolean {
    return this.#interfaceIndex !== undefined;
  }

  /** Held on an interface that is another one now: it was replaced under the same name. */
  isStranded(interfaceIndex: number | undefined): boolean {
    return this.held && this.#interfaceIndex !== interfaceIndex;
  }

  hold(interfaceIndex: number): void {
    this.#interfaceIndex = interfaceIndex;
    for (const lease of this.#leases()) this.#context.ports.network.addLease(this.#leg, lease);
    this.#arm("renew", renewalInterval);
  }

  release(): void {
    const leases = this.#leases();
    this.#interfaceIndex = undefined;
    for (const lease of leases) this.#context.ports.network.removeLease(this.#leg, lease);
  }

  /** Says whether there may be no problem any more. */
  timerFired(timer: string): boolean {
    if (timer === "retry") this.#problem = undefined;
    else if (this.held) this.#renew();
    return timer === "retry";
  }

  #renew(): void {
    for (const lease of this.#leases()) {
      this.#context.ports.network.renewLease(this.#leg, lease);
    }
    this.#arm("renew", renewalInterval);
  }

  /** Takes in what became of a request; says whether it made the address be added again. */
  outcome({ operation, address, outcome }: LeaseOutcomeInput): boolean {
    if (outcome.ok || operation === "remove" || !this.held) return false;
    if (operation === "renew" && outcome.code !== "FOREIGN") {
      // It is gone: the notification that somebody removed it may be still under way.
      this.#addAgain(address);
      return true;
    }
    if (!isTransient(outcome.code)) {
      this.#problem = `${address} cannot be added: ${outcome.message}`;
      this.#arm("retry", retryInterval);
    }
    return false;
  }

  /** Whether the address that was removed should be there. */
  misses({ interfaceIndex, address }: RemovedAddress): boolean {
    if (interfaceIndex !== this.#interfaceIndex) return false;
    return this.#prefixes.some((prefix) => prefix.address === address);
  }

  /** Puts back an address that somebody removed; says whether it did. */
  reinstate(removed: RemovedAddress, now: Instant): boolean {
    const { address } = removed;
    if (!this.misses(removed)) return false;
    const last = this.#reinstatedAt.get(address);
    // The next renewal fails and adds it again: that is soon enough against a fight.
    if (last !== undefined && elapsed(last, now) < reinstatementInterval) return false;
    this.#reinstatedAt.set(address, now);
    this.#addAgain(address);
    return true;
  }

  #addAgain(address: IpAddress): void {
    const lease = this.#leases().find(({ prefix }) => prefix.address === address);
    if (lease) this.#context.ports.network.addLease(this.#leg, lease);
  }

  #leases(): Lease[] {
    const interfaceIndex = this.#interfaceIndex;
    if (interfaceIndex === undefined) return [];
    const place = this.#onOwnLink ? toOwnLink : (prefix: AddressPrefix) => ({ prefix });
    return this.#prefixes.map((prefix) => {
      return { interfaceIndex, lifetime: leaseLifetime, ...place(prefix) };
    });
  }

  #arm(timer: "renew" | "retry", duration: typeof renewalInterval): void {
    const owner = `leg:${this.#leg}`;
    performTimer(this.#context, owner, { type: "arm-timer", timer, duration, generation: 0 });
  }
}

/**
 * What comes to a link-local address is answered by the interface on which it came, which needs a
 * route to the others of the link. Measured without: the handshake of TCP stays unanswered.
 */
function toOwnLink(prefix: AddressPrefix): Pick<Lease, "prefix" | "prefixRoute"> {
  if (!isIpv6LinkLocal(prefix.address)) return { prefix };
  return { prefix: { ...prefix, prefixLength: linkLocalPrefixLength }, prefixRoute: true };
}

/**
 * EEXIST: it is there already, and ours; its notification was not read yet. ENODEV: the interface
 * is gone, and the notification of that, which makes a fault of it, is under way.
 */
function isTransient(code: string): boolean {
  return code === "EEXIST" || code === "ENODEV";
}
