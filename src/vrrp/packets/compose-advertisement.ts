import type { IpAddress } from "#base/ip-address.ts";
import type { Endpoints } from "../advertisement.ts";
import { encodeAdvertisement } from "./codec.ts";
import { isVrrpGroup, vrrpProtocol, vrrpTimeToLive } from "../constants.ts";
import { encodeMulticastFrame } from "./ethernet.ts";
import { encodeIpPacket } from "./families.ts";
import type { LegParameters } from "../virtual-router.ts";

/**
 * The IP packet by which a leg advertises itself (RFC 9568, 7.2); the kernel fills in the
 * identification and the checksum of an IPv4 header. Priority 0 to 255.
 */
export function composeAdvertisement(
  leg: LegParameters,
  endpoints: Endpoints,
  priority: number,
): Uint8Array {
  const { version, vrid, authentication, advertisementInterval: interval } = leg;
  const addresses = leg.addresses.map(({ address }) => address);
  const advertisement = { version, vrid, priority, interval, addresses, authentication };
  const payload = encodeAdvertisement(advertisement, endpoints, leg.sentChecksum);
  return encodeIpPacket({ ...endpoints, protocol: vrrpProtocol, ttl: vrrpTimeToLive, payload });
}

/**
 * The Ethernet frame that carries the packet, where it has to come from a virtual MAC address
 * (RFC 9568, 7.2); undefined where the kernel makes it, as for unicast, which wants a neighbour.
 */
export function frameAdvertisement(
  { virtualLink }: LegParameters,
  destination: IpAddress,
  packet: Uint8Array,
): Uint8Array | undefined {
  if (virtualLink === undefined || !isVrrpGroup(destination)) return undefined;
  return encodeMulticastFrame({ source: virtualLink.mac, group: destination, packet });
}
