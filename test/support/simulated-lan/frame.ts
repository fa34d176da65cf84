import { type IpAddress, ipAddressFromBytes } from "#base/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "#base/mac-address.ts";
import { type AddressClaim, readAddressClaim } from "#vrrp/packets/address-claim.ts";
import { arpEtherType } from "#vrrp/packets/arp.ts";
import { isVrrpGroup, vrrpProtocol } from "#vrrp/constants.ts";

/** What a host sends and another one hears: a packet of VRRP with its IP header, or a whole frame. */
export interface Frame {
  readonly kind: "packet" | "arp" | "neighbor";
  readonly bytes: Uint8Array;
  /** Of a packet by unicast. */
  readonly to?: IpAddress | undefined;
  /** Of a packet that was sent as a frame: the kernel had no say in it. */
  readonly sourceMac?: MacAddress;
  /** Of ARP and Neighbor Discovery, read once for all who hear it. */
  readonly claim?: AddressClaim | undefined;
}

const headerLength = 14;

/** Where the protocol stands in an IP header, and the destination. */
const places = {
  ipv4: { protocol: 9, destination: 16 },
  ipv6: { protocol: 6, destination: 24 },
} as const;

/** A packet that the kernel makes a frame of. */
export function packetFrame(bytes: Uint8Array): Frame {
  const family = familyOfPacket(bytes);
  const to = ipAddressFromBytes(bytes, places[family].destination, family);
  return { kind: "packet", bytes, to: isVrrpGroup(to) ? undefined : to };
}

/** A frame that is sent as it is. */
export function rawFrame(bytes: Uint8Array): Frame {
  const etherType = ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
  if (etherType === arpEtherType) return { kind: "arp", bytes, claim: readAddressClaim(bytes) };
  const packet = bytes.subarray(headerLength);
  const { protocol } = places[familyOfPacket(packet)];
  if (packet[protocol] !== vrrpProtocol) {
    return { kind: "neighbor", bytes, claim: readAddressClaim(bytes) };
  }
  return { ...packetFrame(packet), sourceMac: macAddressFromBytes(bytes, 6) };
}

/** A socket hears one kind of one family. */
export function socketOf({ kind, bytes }: Frame): string {
  return kind === "packet" ? `${kind} ${familyOfPacket(bytes)}` : kind;
}

function familyOfPacket([first = 0]: Uint8Array): "ipv4" | "ipv6" {
  return first >> 4 === 6 ? "ipv6" : "ipv4";
}
