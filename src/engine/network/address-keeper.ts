import type { IpAddress } from "#base/ip-address.ts";
import { elapsed, type Instant, type Milliseconds, milliseconds, seconds } from "#base/time.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import type { Context } from "../context.ts";
import { performTimer } from "../outlet.ts";
import type { LeaseOutcomeInput, RemovedAddress } from "../inputs.ts";
import type { Placement } from "./placement.ts";
import type { Lease } from "../ports.ts";

/**
 * The kernel removes an address by itself when it is not renewed for so long: a daemon that was
 * killed or hangs leaves none behind. Three renewals may be late before that.
 */
export const leaseLifetime = seconds(3);
const renewalInterval = seconds(1);

/**
 * After an address could not be added, the next try; each further one waits twice as long, because
 * each takes the role from a peer that serves.
 */
const retryInterval = seconds(10);
const longestRetryInterval = seconds(600);

/** Somebody who removes one address again and again is answered at once only that often. */
const reinstatementInterval = seconds(1);

/** Where an address belongs; undefined while its interface is not there. */
type PlaceOf = (address: VirtualAddress) => Placement | undefined;

/** The addresses of one Virtual Router on their interfaces: there while it is Active, else not. */
export class AddressKeeper {
  readonly #context: Context;
  readonly #leg: string;
  readonly #prefixes: readonly VirtualAddress[];
  readonly #placeOf: PlaceOf;
  /** What is held, by address; undefined when the addresses are not. */
  #leases: ReadonlyMap<IpAddress, Lease> | undefined;
  #problem: string | undefined;
  /** Tries in a row that failed. */
  #failures = 0;
  readonly #reinstatedAt = new Map<IpAddress, Instant>();

  constructor(
    context: Context,
    leg: string,
    prefixes: readonly VirtualAddress[],
    placeOf: PlaceOf,
  ) {
    this.#context = context;
    this.#leg = leg;
    this.#prefixes = prefixes;
    this.#placeOf = placeOf;
  }

  /** Why the addresses cannot be had; a reason for fault until the next try. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get held(): boolean {
    return this.#leases !== undefined;
  }

  /** The addresses that are held elsewhere than they belong now. */
  get strayed(): readonly VirtualAddress[] {
    return this.#held()
      .filter(
        ({ prefix, interfaceIndex }) => this.#placeOf(prefix)?.interfaceIndex !== interfaceIndex,
      )
      .map(({ prefix }) => prefix);
  }

  hold(): void {
    this.#leases = new Map(
      this.#prefixes.flatMap((prefix) => {
        const placement = this.#placeOf(prefix);
        if (placement === undefined) return [];
        return [[prefix.address, { ...placement, lifetime: leaseLifetime }] as const];
      }),
    );
    for (const lease of this.#held()) this.#context.ports.network.addLease(this.#leg, lease);
    this.#arm("renew", renewalInterval);
  }

  release(): void {
    const leases = this.#held();
    this.#leases = undefined;
    for (const lease of leases) this.#context.ports.network.removeLease(this.#leg, lease);
  }

  /** Says whether there may be no problem any more. */
  timerFired(timer: string): boolean {
    if (timer === "retry") this.#problem = undefined;
    else if (this.held) this.#renew();
    return timer === "retry";
  }

  #renew(): void {
    this.#failures = 0;
    for (const lease of this.#held()) {
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
      this.#arm("retry", this.#retryDelay());
      this.#failures++;
    }
    return false;
  }

  #retryDelay(): Milliseconds {
    return milliseconds(Math.min(retryInterval * 2 ** this.#failures, longestRetryInterval));
  }

  /** Whether the address that was removed should be there. */
  misses({ interfaceIndex, address }: RemovedAddress): boolean {
    return this.#leases?.get(address)?.interfaceIndex === interfaceIndex;
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
    const lease = this.#leases?.get(address);
    if (lease) this.#context.ports.network.addLease(this.#leg, lease);
  }

  #held(): Lease[] {
    return this.#leases === undefined ? [] : [...this.#leases.values()];
  }

  #arm(timer: "renew" | "retry", duration: typeof renewalInterval): void {
    const owner = `leg:${this.#leg}`;
    performTimer(this.#context, owner, { type: "arm-timer", timer, duration, generation: 0 });
  }
}

/**
 * EEXIST: it is there already, and ours; its notification was not read yet. ENODEV: the interface
 * is gone, and the notification of that, which makes a fault of it, is under way.
 */
function isTransient(code: string): boolean {
  return code === "EEXIST" || code === "ENODEV";
}
