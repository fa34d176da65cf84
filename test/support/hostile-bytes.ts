import { internetChecksum } from "#base/checksum.ts";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { milliseconds, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";
import { advertisementChecksum } from "#vrrp/packets/checksum.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeNeighborAdvertisement, encodeNeighborProbe } from "#vrrp/packets/encode-neighbor.ts";
import { decodeIpv6Packet, encodeIpv6Packet, ipv6PseudoHeader } from "#vrrp/packets/ipv6-packet.ts";
import { decodeIpv4Packet, encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { changedBytes, type Sample } from "./changed-bytes.ts";
import { advertisement, ip } from "./vrrp-fixtures.ts";

const ipv4Ends = { source: ip("192.0.2.1"), destination: ip("224.0.0.18") };
const ipv6Ends = { source: ip("fe80::1"), destination: ip("ff02::12") };
const mac = "02:00:00:00:00:01" as MacAddress;
const header = { ttl: 255, protocol: 112 };
const many = Array.from({ length: 255 }, (_, index) => ip(`192.0.2.${index}`));

const samples: readonly Sample[] = [
  packet4({}),
  packet4({ addresses: many, interval: milliseconds(40_950) }),
  packet4({ version: 2, interval: seconds(255) }),
  packet4({ version: 2, authentication: { type: "simple", key: "12345678" } }),
  packet6([ip("fe80::33"), ip("2001:db8::100")]),
  frame(encodeGratuitousArp({ address: ip("192.0.2.100"), mac })),
  frame(encodeArpProbe({ address: ip("192.0.2.100"), mac })),
  neighbor(encodeNeighborAdvertisement({ address: ip("fe80::33"), mac })),
  neighbor(encodeNeighborProbe({ address: ip("fe80::33"), mac })),
  frame(new Uint8Array(0)),
];

/** Packets and frames that our sockets may hand over. */
export const hostileBytes = changedBytes(samples);

function packet4(change: Partial<Advertisement>): Sample {
  const payload = encodeAdvertisement(advertisement(change), ipv4Ends);
  const bytes = encodeIpv4Packet({ ...ipv4Ends, ...header, payload });
  return { bytes, repair: (changed) => repairPacket(decodeIpv4Packet(changed)) };
}

function packet6(addresses: readonly IpAddress[]): Sample {
  const payload = encodeAdvertisement(advertisement({ addresses }), ipv6Ends);
  const bytes = encodeIpv6Packet({ ...ipv6Ends, ...header, payload });
  return { bytes, repair: (changed) => repairPacket(decodeIpv6Packet(changed)) };
}

function repairPacket(
  decoded: ReturnType<typeof decodeIpv4Packet | typeof decodeIpv6Packet>,
): void {
  if (!decoded.ok || decoded.packet.payload.length < 8) return;
  const { payload } = decoded.packet;
  payload.set([0, 0], 6);
  const version = (payload[0] ?? 0) >> 4 === 2 ? 2 : 3;
  const checksum = advertisementChecksum(version, payload, decoded.packet);
  payload.set([checksum >> 8, checksum & 255], 6);
}

function frame(bytes: Uint8Array): Sample {
  return { bytes, repair: () => {} };
}

function neighbor(bytes: Uint8Array): Sample {
  return { bytes, repair: repairNeighbor };
}

function repairNeighbor(bytes: Uint8Array): void {
  const decoded = decodeIpv6Packet(bytes.subarray(14));
  if (!decoded.ok || decoded.packet.payload.length < 4) return;
  const { payload, protocol } = decoded.packet;
  payload.set([0, 0], 2);
  const pseudoHeader = ipv6PseudoHeader(decoded.packet, protocol, payload.length);
  const checksum = internetChecksum(pseudoHeader, payload);
  payload.set([checksum >> 8, checksum & 255], 2);
}
