import type { IpAddress } from "#base/ip-address.ts";
import { addressFlag, scope } from "./messages/constants.ts";
import { isOwnLease } from "./messages/lease-request.ts";
import type { InterfaceAddress } from "./types.ts";

/**
 * The address with which the host itself speaks on an interface (RFC 9568, 6.1: Primary_IP_Address):
 * the first of global or link scope that is neither secondary nor a lease of ours.
 */
export function primaryAddress(
  addresses: Iterable<InterfaceAddress>,
  interfaceIndex: number,
): IpAddress | undefined {
  for (const address of addresses) {
    if (address.interfaceIndex === interfaceIndex && isPrimary(address)) return address.address;
  }
  return undefined;
}

function isPrimary(address: InterfaceAddress): boolean {
  const reachesOthers = address.scope === scope.global || address.scope === scope.link;
  const secondary = (address.flags & addressFlag.secondary) !== 0;
  return reachesOthers && !secondary && !isOwnLease(address);
}
