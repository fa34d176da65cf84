import type { IpAddress } from "#base/ip-address.ts";
import type { Lease, LeaseOutcome, Link, VirtualLinkSpec } from "#engine/ports.ts";
import type { Machine, Task } from "./machine.ts";

/** An interface; one with a virtual MAC address goes with the one below it. */
export interface KernelLink extends Link {
  readonly parentIndex?: number;
}

/** What the kernel tells of over netlink. */
export type KernelNews =
  | { readonly type: "link" | "virtual-link"; readonly name: string; readonly link?: KernelLink }
  | {
      readonly type: "own-addresses";
      readonly name: string;
      readonly addresses: readonly IpAddress[];
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

/** Interfaces with virtual MAC addresses are numbered from here. */
const firstVirtualIndex = 1000;

/** The network of one machine's kernel: what is really there, whoever has read of it. */
export class Kernel {
  readonly links = new Map<string, KernelLink>();
  /** This host's own addresses by the name of their interface. */
  readonly ownAddresses = new Map<string, readonly IpAddress[]>();
  /** Interfaces on which a packet filter refuses what is sent. */
  readonly filtered = new Set<string>();
  /** Called with each change. */
  onNews: (news: KernelNews) => void = () => {};
  readonly #machine: Machine;
  readonly #random: () => number;
  readonly #leases = new Map<string, { readonly lease: Lease; readonly end: Task }>();
  /** On how many interfaces an address is. */
  readonly #held = new Map<IpAddress, number>();
  #nextVirtualIndex = firstVirtualIndex;

  constructor(machine: Machine, random: () => number) {
    this.#machine = machine;
    this.#random = random;
  }

  get leases(): Lease[] {
    return Array.from(this.#leases.values(), ({ lease }) => lease);
  }

  /** Whether it is leased. */
  isLeased(address: IpAddress): boolean {
    return (this.#held.get(address) ?? 0) > 0;
  }

  /** Whether it is on any interface. */
  holds(address: IpAddress): boolean {
    return (
      this.isLeased(address) || this.ownAddresses.values().some((own) => own.includes(address))
    );
  }

  setLink(name: string, link: KernelLink | undefined): void {
    const before = this.links.get(name);
    if (link === undefined) this.links.delete(name);
    else this.links.set(name, link);
    const isGone = before !== undefined && before.index !== link?.index;
    if (isGone) this.#dropLeasesOf(before.index);
    const isVirtual = (link ?? before)?.parentIndex !== undefined;
    const news = { type: isVirtual ? "virtual-link" : "link", name } as const;
    this.onNews(link === undefined ? news : { ...news, link });
    if (isGone) this.#removeLinksOn(before.index);
  }

  /** Makes an interface with a virtual MAC address, down, where there is none. */
  ensureVirtualLink({ name, mac, parentName, parentIndex }: VirtualLinkSpec): LeaseOutcome {
    if (this.links.get(parentName)?.index !== parentIndex) return refuse("ENODEV");
    if (this.links.get(name)?.parentIndex === parentIndex) return { ok: true };
    const index = this.#nextVirtualIndex++;
    this.setLink(name, { index, name, up: false, carrier: true, mac, parentIndex });
    return { ok: true };
  }

  removeVirtualLinks(): void {
    for (const { name, parentIndex } of this.links.values().toArray()) {
      if (parentIndex !== undefined) this.setLink(name, undefined);
    }
  }

  setState(index: number, up: boolean): void {
    const link = this.links.values().find((each) => each.index === index);
    if (link !== undefined && link.up !== up) this.setLink(link.name, { ...link, up });
  }

  setOwnAddresses(name: string, addresses: readonly IpAddress[]): void {
    this.ownAddresses.set(name, addresses);
    this.onNews({ type: "own-addresses", name, addresses });
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

  /** Somebody else removes what is leased on an interface, and on those above it. */
  removeLeasesOn(name: string): void {
    const link = this.links.get(name);
    if (link === undefined) return;
    const above = this.links.values().filter(({ parentIndex }) => parentIndex === link.index);
    for (const { index } of [link, ...above]) this.#dropLeasesOf(index);
  }

  dropAllLeases(): void {
    for (const key of this.#leases.keys()) this.#drop(key);
  }

  #removeLinksOn(index: number): void {
    for (const { name, parentIndex } of this.links.values().toArray()) {
      if (parentIndex === index) this.setLink(name, undefined);
    }
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
