import { type IpAddress, ipAddressToBytes } from "#base/ip-address.ts";
import { icmpv6Protocol, neighborHopLimit, neighborType } from "#vrrp/packets/neighbor-message.ts";
import {
  drop,
  loadByte,
  loadIndex,
  loadWord,
  loadWordAtIndex,
  mostInstructions,
  pass,
  type Program,
  setIndex,
  unlessEqual,
  whenEqual,
} from "./program.ts";

/*
 * For packet sockets: a busy network has much ARP and IPv6, and nothing of it is for us but what
 * claims one of our addresses. Offsets count from the Ethernet header. Of an IPv6 address the last
 * four bytes are compared; what passes is looked at closely in src/vrrp/packets/address-claim.ts.
 */

/** The sender's IPv4 address in a frame with ARP (RFC 826). */
const arpSenderOffset = 28;

/** In a frame with IPv6 (RFC 8200, 3) and Neighbor Discovery (RFC 4861, 4.3 and 4.4). */
const nextHeaderOffset = 20;
const hopLimitOffset = 21;
const sourceEnd = 34;
const typeOffset = 54;
const targetEnd = 74;

/** Passes ARP whose sender address is one of these. */
export function arpClaimFilter(addresses: readonly IpAddress[]): Program {
  return [...loadWord(arpSenderOffset), ...passIfOneOf(addresses)];
}

/**
 * Passes Neighbor Advertisements whose target, and Solicitations whose source, is one of these as
 * far as can be seen here. With extension headers nobody may accept them (RFC 6980).
 */
export function neighborClaimFilter(addresses: readonly IpAddress[]): Program {
  return [
    ...loadByte(nextHeaderOffset),
    ...unlessEqual(icmpv6Protocol, drop),
    ...loadByte(hopLimitOffset),
    ...unlessEqual(neighborHopLimit, drop),
    ...loadByte(typeOffset),
    ...whenEqual(neighborType.advertisement, setIndex(targetEnd)),
    ...whenEqual(neighborType.solicitation, setIndex(sourceEnd)),
    ...loadIndex,
    ...whenEqual(0, drop),
    ...loadWordAtIndex,
    ...passIfOneOf(addresses),
  ];
}

/** Compares what is loaded with the last four bytes of each address. */
function passIfOneOf(addresses: readonly IpAddress[]): Program {
  const words = new Set(addresses.map(lastWord));
  const checks = [...words].flatMap((word) => whenEqual(word, pass()));
  // More addresses than a program can hold: then let all pass, and look at them ourselves.
  return checks.length < mostInstructions - 32 ? [...checks, ...drop] : pass();
}

function lastWord(address: IpAddress): number {
  const bytes = ipAddressToBytes(address);
  return new DataView(bytes.buffer).getUint32(bytes.length - 4);
}
