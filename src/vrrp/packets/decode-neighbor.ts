import { internetChecksum } from "#base/checksum.ts";
import { ipAddressFromBytes } from "#base/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "#base/mac-address.ts";
import type { IpPacket } from "./ip-packet.ts";
import { decodeIpv6Packet, ipv6PseudoHeader } from "./ipv6-packet.ts";
import {
  icmpv6Protocol,
  ipv6EtherType,
  linkLayerOption,
  neighborFixedLength,
  neighborHopLimit,
  type NeighborMessage,
  neighborType,
} from "./neighbor-message.ts";

const ethernetHeaderLength = 14;

/** Options count in units of eight bytes (RFC 4861, 4.6). */
const optionUnit = 8;

/**
 * The Neighbor Solicitation or Advertisement of an Ethernet frame; undefined when it is none, or
 * one that RFC 4861, 7.1.1 and 7.1.2 have a host discard.
 */
export function decodeNeighbor(frame: Uint8Array): NeighborMessage | undefined {
  if (frame.length < ethernetHeaderLength) return undefined;
  if (((frame[12] ?? 0) << 8) + (frame[13] ?? 0) !== ipv6EtherType) return undefined;
  const ip = decodeIpv6Packet(frame.subarray(ethernetHeaderLength));
  if (!ip.ok || !isIntact(ip.packet)) return undefined;
  const message = ip.packet.payload;
  const type = decodeType(message);
  const options = readOptions(message.subarray(neighborFixedLength));
  if (type === undefined || options === undefined) return undefined;
  const wanted = type === "advertisement" ? linkLayerOption.target : linkLayerOption.source;
  const { source } = ip.packet;
  const target = ipAddressFromBytes(message, 8, "ipv6");
  if (target.startsWith("ff")) return undefined; // multicast
  return { type, source, target, mac: options.get(wanted) ?? macAddressFromBytes(frame, 6) };
}

function isIntact(packet: IpPacket): boolean {
  const { payload, protocol, ttl } = packet;
  if (protocol !== icmpv6Protocol || ttl !== neighborHopLimit) return false;
  if (payload.length < neighborFixedLength || payload[1] !== 0) return false;
  const pseudoHeader = ipv6PseudoHeader(packet, icmpv6Protocol, payload.length);
  return internetChecksum(pseudoHeader, payload) === 0;
}

function decodeType([type]: Uint8Array): NeighborMessage["type"] | undefined {
  if (type === neighborType.solicitation) return "solicitation";
  return type === neighborType.advertisement ? "advertisement" : undefined;
}

/** The MAC addresses by the type of their option; undefined when an option is malformed. */
function readOptions(bytes: Uint8Array): ReadonlyMap<number, MacAddress> | undefined {
  const found = new Map<number, MacAddress>();
  for (let start = 0; start < bytes.length;) {
    const length = (bytes[start + 1] ?? 0) * optionUnit;
    if (length === 0 || start + length > bytes.length) return undefined;
    // Only Ethernet's fill one unit exactly.
    if (length === optionUnit) found.set(bytes[start] ?? 0, macAddressFromBytes(bytes, start + 2));
    start += length;
  }
  return found;
}
