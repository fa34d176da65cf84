import { familyOf, type IpAddress, ipAddressToBytes } from "#base/ip-address.ts";
import { type MacAddress, macAddressToBytes } from "#base/mac-address.ts";

const etherTypes = { ipv4: [0x08, 0x00], ipv6: [0x86, 0xdd] } as const;

/**
 * An Ethernet frame that carries an IP packet to a multicast group. The Advertisements of a Virtual
 * Router with a virtual MAC address come from it (RFC 9568, 7.2), so that switches know at which
 * port it is.
 */
export function encodeMulticastFrame(frame: {
  readonly source: MacAddress;
  readonly group: IpAddress;
  readonly packet: Uint8Array;
}): Uint8Array {
  const header = [
    ...multicastMac(frame.group),
    ...macAddressToBytes(frame.source),
    ...etherTypes[familyOf(frame.group)],
  ];
  const bytes = new Uint8Array(header.length + frame.packet.length);
  bytes.set(header, 0);
  bytes.set(frame.packet, header.length);
  return bytes;
}

/** The lower 23 bits of an IPv4 group (RFC 1112, 6.4), the lower 32 of an IPv6 one (RFC 2464, 7). */
function multicastMac(group: IpAddress): readonly number[] {
  const bytes = ipAddressToBytes(group);
  if (familyOf(group) === "ipv6") return [0x33, 0x33, ...bytes.subarray(12)];
  const [, second = 0, third = 0, fourth = 0] = bytes;
  return [0x01, 0x00, 0x5e, second & 0x7f, third, fourth];
}
