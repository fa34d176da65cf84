import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";

/** The EtherType of IPv6 (RFC 2464, 3). */
export const ipv6EtherType = 0x86dd;

/** ICMPv6 as Next Header (RFC 4443, 1). */
export const icmpv6Protocol = 58;

/** The types of ICMPv6 that Neighbor Discovery uses for addresses (RFC 4861, 4.3 and 4.4). */
export const neighborType = { solicitation: 135, advertisement: 136 } as const;

/** The options that carry a MAC address (RFC 4861, 4.6.1). */
export const linkLayerOption = { source: 1, target: 2 } as const;

/** A message that came through a router has less (RFC 4861, 7.1). */
export const neighborHopLimit = 255;

/** Type, code, checksum, flags (4 bytes) and target: what stands before the options. */
export const neighborFixedLength = 24;

/**
 * A Neighbor Solicitation or Advertisement (RFC 4861, 4.3 and 4.4):
 * ```
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |           Checksum            |
 * +-+-+-+---------+---------------+-------------------------------+
 * |R|S|O|  (zeros in a Solicitation)                              |
 * +-+-+-+---------------------------------------------------------+
 * |                   Target Address (16 bytes)                   |
 * +---------------------------------------------------------------+
 * |   Options ...
 * ```
 */
export interface NeighborMessage {
  readonly type: keyof typeof neighborType;
  /** The sender's IPv6 address; "::" where it asks whether an address is free (RFC 4862, 5.4.2). */
  readonly source: IpAddress;
  readonly target: IpAddress;
  /** The MAC address of the sender: from the option, or else from the frame. */
  readonly mac: MacAddress;
}
