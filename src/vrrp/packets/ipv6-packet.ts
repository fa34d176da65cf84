import { ipAddressFromBytes, ipAddressToBytes } from "#base/ip-address.ts";
import type { Endpoints } from "../advertisement.ts";
import type { IpPacket, IpResult } from "./ip-packet.ts";

/** Why bytes are not an IPv6 packet that can be read. */
export type Ipv6Failure = "too-short" | "not-ipv6" | "bad-payload-length";

const headerLength = 40;

/** Version 6, and Internetwork Control (RFC 4594: CS6) as Traffic Class, as in our IPv4 packets. */
const versionAndTrafficClass = 0x6c00_0000;

/** The whole packet (RFC 8200, 3), without extension headers. */
export function encodeIpv6Packet(packet: IpPacket): Uint8Array {
  const bytes = new Uint8Array(headerLength + packet.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, versionAndTrafficClass);
  view.setUint16(4, packet.payload.length);
  view.setUint8(6, packet.protocol);
  view.setUint8(7, packet.ttl);
  bytes.set(ipAddressToBytes(packet.source), 8);
  bytes.set(ipAddressToBytes(packet.destination), 24);
  bytes.set(packet.payload, headerLength);
  return bytes;
}

/**
 * Reads a packet. What stands behind its end, such as padding of the frame, is cut off. Extension
 * headers are left in the payload: then `protocol` is the number of the first. The payload is a
 * view of `bytes`.
 */
export function decodeIpv6Packet(bytes: Uint8Array): IpResult<Ipv6Failure> {
  if (bytes.length < headerLength) return { ok: false, failure: "too-short" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) >> 4 !== 6) return { ok: false, failure: "not-ipv6" };
  const end = headerLength + view.getUint16(4);
  if (end > bytes.length) return { ok: false, failure: "bad-payload-length" };
  const packet = {
    source: ipAddressFromBytes(bytes, 8, "ipv6"),
    destination: ipAddressFromBytes(bytes, 24, "ipv6"),
    ttl: view.getUint8(7),
    protocol: view.getUint8(6),
    payload: bytes.subarray(headerLength, end),
  };
  return { ok: true, packet };
}

/** What the checksum of an upper layer covers beside its own bytes (RFC 8200, 8.1). */
export function ipv6PseudoHeader(
  { source, destination }: Endpoints,
  protocol: number,
  length: number,
): Uint8Array {
  const header = new Uint8Array(headerLength);
  header.set(ipAddressToBytes(source), 0);
  header.set(ipAddressToBytes(destination), 16);
  new DataView(header.buffer).setUint32(32, length);
  header[39] = protocol;
  return header;
}

/** The smallest MTU of any IPv6 link (RFC 8200, 5). */
const minimumMtu = 1280;
const fragmentHeaderLength = 8;
const fragmentProtocol = 44;

/**
 * The packet as fragments that every link carries (RFC 8200, 4.5): 255 addresses are more than an
 * Ethernet frame holds. `identification` (32 bits) is to be another for each packet.
 */
export function fragmentIpv6Packet(bytes: Uint8Array, identification: number): Uint8Array[] {
  const payload = bytes.subarray(headerLength);
  const size = minimumMtu - headerLength - fragmentHeaderLength; // a multiple of 8, as it must be
  return Array.from({ length: Math.ceil(payload.length / size) }, (_, index) => {
    const part = payload.subarray(index * size, (index + 1) * size);
    const more = (index + 1) * size < payload.length ? 1 : 0;
    const fragment = new Uint8Array(headerLength + fragmentHeaderLength + part.length);
    const view = new DataView(fragment.buffer);
    fragment.set(bytes.subarray(0, headerLength));
    view.setUint16(4, fragmentHeaderLength + part.length);
    view.setUint8(6, fragmentProtocol);
    view.setUint8(headerLength, bytes[6] ?? 0);
    view.setUint16(headerLength + 2, (index * size) | more);
    view.setUint32(headerLength + 4, identification);
    fragment.set(part, headerLength + fragmentHeaderLength);
    return fragment;
  });
}
