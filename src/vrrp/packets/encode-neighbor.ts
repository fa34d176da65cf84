import { internetChecksum } from "#base/checksum.ts";
import { type IpAddress, ipAddressFromBytes, ipAddressToBytes } from "#base/ip-address.ts";
import { type MacAddress, macAddressFromBytes, macAddressToBytes } from "#base/mac-address.ts";
import { encodeIpv6Packet, ipv6PseudoHeader } from "./ipv6-packet.ts";
import {
  icmpv6Protocol,
  ipv6EtherType,
  linkLayerOption,
  neighborFixedLength,
  neighborHopLimit,
  neighborType,
} from "./neighbor-message.ts";

/** The flags R and O of an Advertisement, in its fifth byte; S is 0x40 (RFC 4861, 4.4). */
const routerAndOverride = 0x80 | 0x20;

const allNodes = "ff02::1" as IpAddress;
const unspecified = "::" as IpAddress;

/** Where a frame with Neighbor Discovery comes from and goes to. */
interface Envelope {
  readonly sourceMac: MacAddress;
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/**
 * An unsolicited Neighbor Advertisement to all nodes: every host that knows `address` now knows it
 * at `mac` (RFC 4861, 7.2.6; RFC 9568, 6.4.1).
 *
 * R is 1 as RFC 9568 says, also where the kernel, on a host that forwards nothing, answers with 0:
 * of the two it is only a 0 that makes hosts forget a router (RFC 4861, 7.2.5). O is 1, or hosts
 * would keep the MAC address that they know. `mac` is the virtual router's MAC address, or the
 * interface's own where none is used.
 */
export function encodeNeighborAdvertisement(claim: {
  address: IpAddress;
  mac: MacAddress;
}): Uint8Array {
  const { address, mac } = claim;
  const option = [linkLayerOption.target, 1, ...macAddressToBytes(mac)];
  const message = Uint8Array.from([...fixedPart("advertisement", address), ...option]);
  message[4] = routerAndOverride;
  return encodeFrame(message, { sourceMac: mac, source: address, destination: allNodes });
}

/**
 * A Neighbor Solicitation as in Duplicate Address Detection (RFC 4862, 5.4.2): asks whether
 * somebody has `address`, without claiming it. From "::" it stays out of everybody's neighbour
 * cache, and whoever has the address answers to all nodes.
 */
export function encodeNeighborProbe(question: { address: IpAddress; mac: MacAddress }): Uint8Array {
  const { address, mac } = question;
  const destination = solicitedNodeAddress(address);
  const message = fixedPart("solicitation", address);
  return encodeFrame(message, { sourceMac: mac, source: unspecified, destination });
}

/** ff02::1:ff00:0/104 with the last three bytes of the address (RFC 4291, 2.7.1). */
export function solicitedNodeAddress(address: IpAddress): IpAddress {
  const bytes = ipAddressToBytes("ff02::1:ff00:0" as IpAddress);
  bytes.set(ipAddressToBytes(address).subarray(13), 13);
  return ipAddressFromBytes(bytes, 0, "ipv6");
}

/** 33-33 and the last four bytes of the group (RFC 2464, 7). */
export function multicastMac(group: IpAddress): MacAddress {
  const bytes = ipAddressToBytes(group).slice(10);
  bytes.set([0x33, 0x33]);
  return macAddressFromBytes(bytes);
}

function fixedPart(type: keyof typeof neighborType, target: IpAddress): Uint8Array {
  const message = new Uint8Array(neighborFixedLength);
  message[0] = neighborType[type];
  message.set(ipAddressToBytes(target), 8);
  return message;
}

/** Sets the checksum (RFC 4443, 2.3) and puts the message into a packet and a frame. */
function encodeFrame(message: Uint8Array, envelope: Envelope): Uint8Array {
  const pseudoHeader = ipv6PseudoHeader(envelope, icmpv6Protocol, message.length);
  const checksum = internetChecksum(pseudoHeader, message);
  message.set([checksum >> 8, checksum & 255], 2);
  const { source, destination, sourceMac } = envelope;
  const header = { source, destination, ttl: neighborHopLimit, protocol: icmpv6Protocol };
  return Uint8Array.from([
    ...macAddressToBytes(multicastMac(destination)),
    ...macAddressToBytes(sourceMac),
    ipv6EtherType >> 8,
    ipv6EtherType & 255,
    ...encodeIpv6Packet({ ...header, payload: message }),
  ]);
}
