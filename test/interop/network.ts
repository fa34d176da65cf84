import { vrrpGroup4, vrrpGroup6 } from "#vrrp/constants.ts";
import { frrLinkLocal } from "../support/lab/frr.ts";
import {
  linkLocalAddresses,
  macAddressFor,
  ownAddresses,
  virtualAddress,
  virtualAddresses6,
} from "../support/lab/names.ts";
import type { Row } from "./rows.ts";

export type HostRole = "gw1" | "gw2";
export type Program = "gatepair" | "peer";

/** Who runs what. gw1 has the higher priority, and is Active whenever it lives. */
export type Cast = Readonly<Record<HostRole, Program>>;

/** The addresses that a pair shares. */
export const virtualAddresses = { IPv4: [virtualAddress], IPv6: virtualAddresses6 } as const;

/** The one of them that clients ask. */
export const serviceAddresses = { IPv4: virtualAddress, IPv6: virtualAddresses6[1] } as const;

/** RFC 9568, 7.3, with the VRID 51. */
const virtualMacAddresses = { IPv4: "00:00:5e:00:01:33", IPv6: "00:00:5e:00:02:33" } as const;

function isFrr(row: Row, program: Program): boolean {
  return program === "peer" && row.peer === "FRR vrrpd";
}

/** From where a host sends its Advertisements. */
export function sourceOf(row: Row, program: Program, host: HostRole): string {
  if (row.family === "IPv4") return ownAddresses[host];
  return isFrr(row, program) ? frrLinkLocal : linkLocalAddresses[host];
}

/** Where they go: to the group, or to the other of the two. */
export function destinationOf(row: Row, host: HostRole): string {
  if (row.transport === "unicast") {
    const other = host === "gw1" ? "gw2" : "gw1";
    return row.family === "IPv4" ? ownAddresses[other] : linkLocalAddresses[other];
  }
  return row.family === "IPv4" ? vrrpGroup4 : vrrpGroup6;
}

/** The MAC address from which it advertises; by unicast both keep to that of the interface. */
export function advertisedMacOf(row: Row, program: Program, host: HostRole): string {
  if (row.transport === "unicast") return macAddressFor(ownAddresses[host]);
  return macAddressOf(row, program, host);
}

/** The MAC address at which clients find the virtual address while this host is Active. */
export function macAddressOf(row: Row, program: Program, host: HostRole): string {
  const isVirtual = row.virtualMac || isFrr(row, program);
  return isVirtual ? virtualMacAddresses[row.family] : macAddressFor(ownAddresses[host]);
}
