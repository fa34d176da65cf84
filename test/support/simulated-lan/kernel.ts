import type { IpAddress } from "#base/ip-address.ts";
import type { Lease, LeaseOutcome, Link } from "#engine/ports.ts";
import type { Machine, Task } from "./machine.ts";

/** What the kernel tells of over netlink. */
export type KernelNews =
  | { readonly type: "link"; readonly name: string; readonly link: Link | undefined }
  | {
      readonly type: "own-address";
      readonly name: string;
      readonly address: IpAddress | undefined;
    }
  | {
      readonly type: "leased" | "removed";
      readonly interfaceIndex: number;
      readonly address: IpAddress;
    };

const refusals = {
  EEXIST: "the address exists",
  ENODEV: "no such device",
  EADDRNOTAVAIL: "there is no such address",
} as const;

/** How much longer than its lifetime an address stays: the kernel looks now and then. */
const expiryDelays = 300;

/** The network of one machine's kernel: what is really there, whoever has read of it. */
export class Kernel {
  readonly links = new Map<string, Link>();
  /** This host's own address by the name of its interface. */
  readonly ownAddresses = new Map<string, IpAddress>();
  /** Interfaces on which a packet filter refuses what is sent. */
  readonly filtered = new Set<string>();
  /** Called with each change. */
  onNews: (news: KernelNews) => void = () => {};
  readonly #machine: Machine;
  readonly #random: () => number;
  readonly #leases = new Map<string, { readonly lease: Lease; readonly end: Task }>();
  /** On how many interfaces an address is. */
  readonly #held = new Map<IpAddress, number>();

  constructor(machine: Machine, random: () => number) {
    this.#machine = machine;
    this.#random = random;
  }

  get leases(): Lease[] {
    return Array.from(this.#leases.values(), ({ lease }) => lease);
  }

  holds(address: IpAddress): boolean {
    return (this.#held.get(address) ?? 0) > 0;
  }

  setLink(name: string, link: Link | undefined): void {
    const before = this.links.get(name);
    if (link === undefined) this.links.delete(name);
    else this.links.set(name, link);
    if (before !== undefined && before.index !== link?.index) this.#dropLeasesOf(before.index);
    this.onNews({ type: "link", name, link });
  }

  setOwnAddress(name: string, address: IpAddress | undefined): void {
    if (address === undefined) this.ownAddresses.delete(name);
    else this.ownAddresses.set(name, address);
    this.onNews({ type: "own-address", name, address });
  }

  addLease(lease: Lease): LeaseOutcome {
    if (this.#leases.has(keyOf(lease.interfaceIndex, lease.prefix.address)))
      return refuse("EEXIST");
    return this.putLease(lease);
  }

  /** NLM_F_REPLACE: adds the address as well when it is not there. */
  putLease(lease: Lease): LeaseOutcome {
    const { interfaceIndex, lifetime } = lease;
    const { address } = lease.prefix;
    const exists = this.links.values().some(({ index }) => index === interfaceIndex);
    if (!exists) return refuse("ENODEV");
    const key = keyOf(interfaceIndex, address);
    this.#leases.get(key)?.end.cancel();
    const span = lifetime + expiryDelays * this.#random();
    const end = this.#machine.after(span, () => this.#drop(key));
    const isNew = !this.#leases.has(key);
    this.#leases.set(key, { lease, end });
    if (!isNew) return { ok: true };
    this.#held.set(address, (this.#held.get(address) ?? 0) + 1);
    this.onNews({ type: "leased", interfaceIndex, address });
    return { ok: true };
  }

  removeLease({ interfaceIndex, prefix }: Lease): LeaseOutcome {
    const removed = this.#drop(keyOf(interfaceIndex, prefix.address));
    return removed ? { ok: true } : refuse("EADDRNOTAVAIL");
  }

  /** Somebody else removes the address, or nobody when it is not there. */
  removeAddress(address: IpAddress): void {
    const found = this.leases.find(({ prefix }) => prefix.address === address);
    if (found !== undefined) this.removeLease(found);
  }

  dropAllLeases(): void {
    for (const key of this.#leases.keys()) this.#drop(key);
  }

  #dropLeasesOf(index: number): void {
    for (const [key, { lease }] of this.#leases) {
      if (lease.interfaceIndex === index) this.#drop(key);
    }
  }

  #drop(key: string): boolean {
    const entry = this.#leases.get(key);
    if (entry === undefined) return false;
    entry.end.cancel();
    this.#leases.delete(key);
    const { interfaceIndex, prefix } = entry.lease;
    const { address } = prefix;
    this.#held.set(address, (this.#held.get(address) ?? 0) - 1);
    this.onNews({ type: "removed", interfaceIndex, address });
    return true;
  }
}

function keyOf(interfaceIndex: number, address: IpAddress): string {
  return `${interfaceIndex} ${address}`;
}

function refuse(code: keyof typeof refusals): LeaseOutcome {
  return { ok: false, code, message: refusals[code] };
}
