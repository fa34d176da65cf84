import { internetChecksum } from "#base/checksum.ts";
import { ipAddressFromBytes, ipAddressToBytes } from "#base/ip-address.ts";
import type { IpPacket, IpResult } from "./ip-packet.ts";

/** Why bytes are not an IPv4 packet that can be read. */
export type Ipv4Failure =
  | "too-short"
  | "not-ipv4"
  | "bad-header-length"
  | "bad-total-length"
  | "fragment";

const headerLength = 20;

/** Internetwork Control (RFC 791; RFC 4594 calls it CS6), which routers give their protocols. */
const internetworkControl = 0xc0;

/** MF and the fragment offset: everything but the reserved bit and DF. */
const fragmentMask = 0x3fff;

/** The whole packet (RFC 791), without options. The identification stays 0: the kernel sets it (raw(7)). */
export function encodeIpv4Packet(packet: IpPacket): Uint8Array {
  const bytes = new Uint8Array(headerLength + packet.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45); // version 4, five words of header
  view.setUint8(1, internetworkControl);
  view.setUint16(2, bytes.length);
  view.setUint8(8, packet.ttl);
  view.setUint8(9, packet.protocol);
  bytes.set(ipAddressToBytes(packet.source), 12);
  bytes.set(ipAddressToBytes(packet.destination), 16);
  view.setUint16(10, internetChecksum(bytes.subarray(0, headerLength)));
  bytes.set(packet.payload, headerLength);
  return bytes;
}

/**
 * Reads a packet as a raw socket hands it over (raw(7)): the kernel has checked the header's
 * checksum. Padding of the Ethernet frame after the packet is cut off; header options are skipped.
 * The payload is a view of `bytes`.
 */
export function decodeIpv4Packet(bytes: Uint8Array): IpResult<Ipv4Failure> {
  const failure = findFailure(bytes);
  if (failure !== undefined) return { ok: false, failure };
  const view = viewOf(bytes);
  const packet = {
    source: ipAddressFromBytes(bytes, 12),
    destination: ipAddressFromBytes(bytes, 16),
    ttl: view.getUint8(8),
    protocol: view.getUint8(9),
    payload: bytes.subarray(payloadStart(view), totalLength(view)),
  };
  return { ok: true, packet };
}

function findFailure(bytes: Uint8Array): Ipv4Failure | undefined {
  if (bytes.length < headerLength) return "too-short";
  const view = viewOf(bytes);
  const start = payloadStart(view);
  const end = totalLength(view);
  if (view.getUint8(0) >> 4 !== 4) return "not-ipv4";
  if (start < headerLength || start > bytes.length) return "bad-header-length";
  if (end < start || end > bytes.length) return "bad-total-length";
  return (view.getUint16(6) & fragmentMask) === 0 ? undefined : "fragment";
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function payloadStart(view: DataView): number {
  return (view.getUint8(0) & 15) * 4;
}

function totalLength(view: DataView): number {
  return view.getUint16(2);
}
