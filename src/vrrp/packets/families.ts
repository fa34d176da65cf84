import { familyOf, type IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { encodeArpProbe, encodeGratuitousArp } from "./arp.ts";
import { encodeNeighborAdvertisement, encodeNeighborProbe } from "./encode-neighbor.ts";
import type { IpPacket } from "./ip-packet.ts";
import { encodeIpv4Packet } from "./ipv4-packet.ts";
import { encodeIpv6Packet } from "./ipv6-packet.ts";

/** An address, and the MAC address at which it is. */
interface Claim {
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

/** What says the same in IPv4 and in IPv6. */
export function encodeIpPacket(packet: IpPacket): Uint8Array {
  return isIpv4(packet.source) ? encodeIpv4Packet(packet) : encodeIpv6Packet(packet);
}

/** The frame that tells the network where an address is. */
export function encodeAnnouncement(claim: Claim): Uint8Array {
  return isIpv4(claim.address) ? encodeGratuitousArp(claim) : encodeNeighborAdvertisement(claim);
}

/** The frame that asks whether somebody else has an address. */
export function encodeAddressProbe(question: Claim): Uint8Array {
  return isIpv4(question.address) ? encodeArpProbe(question) : encodeNeighborProbe(question);
}

function isIpv4(address: IpAddress): boolean {
  return familyOf(address) === "ipv4";
}
