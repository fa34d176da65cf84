import { familyOf, hostPrefixLength, isIpv6LinkLocal } from "#base/ip-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import type { Lease } from "../ports.ts";

/** Where and how an address is leased. */
export type Placement = Omit<Lease, "lifetime">;

const linkLocalPrefixLength = 64;

/**
 * On an interface that is the host's too. An IPv4 address with a prefix brings the route to its
 * subnet, if the host has no address of its own there. In IPv6 that route would be the host's own, and
 * end with the lease (addrconf_prefix_route in net/ipv6/addrconf.c).
 */
export function placeOnSharedLink(prefix: VirtualAddress, interfaceIndex: number): Placement {
  const { address, prefixLength } = prefix;
  const isAlone = prefixLength === hostPrefixLength(address);
  if (isAlone || familyOf(address) === "ipv6") return { interfaceIndex, prefix };
  return { interfaceIndex, prefix, prefixRoute: true };
}

/**
 * On the interface that is there for the addresses alone. What comes to a link-local address is
 * answered by the interface on which it came, which needs a route to the others of the link.
 * Measured without: the handshake of TCP stays unanswered.
 */
export function placeOnOwnLink(prefix: VirtualAddress, interfaceIndex: number): Placement {
  if (!isIpv6LinkLocal(prefix.address)) return { interfaceIndex, prefix };
  const widened = { ...prefix, prefixLength: linkLocalPrefixLength };
  return { interfaceIndex, prefix: widened, prefixRoute: true };
}
