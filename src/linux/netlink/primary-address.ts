import { familyOf, type IpAddress, type IpFamily, isIpv6LinkLocal } from "#base/ip-address.ts";
import { addressFlag, scope } from "./messages/constants.ts";
import { isOwnLease } from "./messages/lease-request.ts";
import type { InterfaceAddress } from "./types.ts";

/**
 * The address with which the host itself speaks on an interface (RFC 9568, 6.1: Primary_IP_Address),
 * which is no lease of ours. IPv4: the first of global or link scope that is not secondary. IPv6: the
 * first that is link-local, once it is certain that nobody else has it.
 */
export function primaryAddress(
  addresses: Iterable<InterfaceAddress>,
  interfaceIndex: number,
  family: IpFamily,
): IpAddress | undefined {
  const isPrimary = family === "ipv4" ? isPrimaryIpv4 : isPrimaryIpv6;
  for (const address of addresses) {
    if (address.interfaceIndex !== interfaceIndex || familyOf(address.address) !== family) continue;
    if (isPrimary(address) && !isOwnLease(address)) return address.address;
  }
  return undefined;
}

/**
 * Whether the kernel is still finding out that nobody else has the IPv6 address from which the host
 * would speak (RFC 4862, 5.4): in a second or two there will be one, or not.
 */
export function awaitsPrimaryAddress(
  addresses: Iterable<InterfaceAddress>,
  interfaceIndex: number,
): boolean {
  const { tentative, dadFailed } = addressFlag;
  for (const { interfaceIndex: index, address, flags } of addresses) {
    const isTentative = (flags & (tentative | dadFailed)) === tentative;
    if (index === interfaceIndex && isIpv6LinkLocal(address) && isTentative) return true;
  }
  return false;
}

function isPrimaryIpv4(address: InterfaceAddress): boolean {
  const reachesOthers = address.scope === scope.global || address.scope === scope.link;
  return reachesOthers && (address.flags & addressFlag.secondary) === 0;
}

function isPrimaryIpv6({ address, flags }: InterfaceAddress): boolean {
  const { tentative, dadFailed } = addressFlag;
  return isIpv6LinkLocal(address) && (flags & (tentative | dadFailed)) === 0;
}
