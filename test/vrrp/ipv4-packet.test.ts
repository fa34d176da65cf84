import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internetChecksum } from "#base/checksum.ts";
import type { IpAddress } from "#base/ip-address.ts";
import type { IpPacket } from "#vrrp/packets/ip-packet.ts";
import { decodeIpv4Packet, encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";

const packet: IpPacket = {
  source: "192.0.2.1" as IpAddress,
  destination: "224.0.0.18" as IpAddress,
  ttl: 255,
  protocol: 112,
  payload: Uint8Array.of(1, 2, 3, 4),
};

/** The encoded packet with one byte changed. */
function withByte(offset: number, value: number): Uint8Array {
  const bytes = encodeIpv4Packet(packet);
  bytes[offset] = value;
  return bytes;
}

/** The failure of the bytes. */
function failureOf(bytes: Uint8Array): string | undefined {
  const result = decodeIpv4Packet(bytes);
  return result.ok ? undefined : result.failure;
}

describe("IPv4 packet", () => {
  test("encoded: 20 bytes of header, internetwork control, and the payload", () => {
    const bytes = encodeIpv4Packet(packet);
    assert.equal(
      Buffer.from(bytes).toString("hex"),
      `45c00018 00000000 ff70 18a2 c0000201 e0000012 01020304`.replaceAll(" ", ""),
    );
    assert.equal(internetChecksum(bytes.subarray(0, 20)), 0);
  });

  test("decoded: what was encoded", () => {
    assert.deepEqual(decodeIpv4Packet(encodeIpv4Packet(packet)), { ok: true, packet });
  });

  test("padding of the frame behind the packet is cut off", () => {
    const padded = new Uint8Array(46).fill(0xee);
    padded.set(encodeIpv4Packet(packet));
    assert.deepEqual(decodeIpv4Packet(padded), { ok: true, packet });
  });

  test("header options are skipped", () => {
    const plain = encodeIpv4Packet(packet);
    const bytes = Uint8Array.of(...plain.subarray(0, 20), 1, 1, 1, 0, ...packet.payload);
    bytes[0] = 0x46;
    bytes[3] = bytes.length;
    assert.deepEqual(decodeIpv4Packet(bytes), { ok: true, packet });
  });

  test("a view into a larger buffer is read at its place", () => {
    const buffer = Uint8Array.of(9, 9, 9, ...encodeIpv4Packet(packet));
    assert.deepEqual(decodeIpv4Packet(buffer.subarray(3)), { ok: true, packet });
  });

  test("what cannot be read is refused with its reason", () => {
    assert.equal(failureOf(new Uint8Array(0)), "too-short");
    assert.equal(failureOf(encodeIpv4Packet(packet).subarray(0, 19)), "too-short");
    assert.equal(failureOf(withByte(0, 0x65)), "not-ipv4");
    assert.equal(failureOf(withByte(0, 0x44)), "bad-header-length");
    assert.equal(failureOf(withByte(0, 0x4f)), "bad-header-length");
    assert.equal(failureOf(withByte(3, 19)), "bad-total-length");
    assert.equal(failureOf(withByte(3, 25)), "bad-total-length");
    assert.equal(failureOf(withByte(6, 0x20)), "fragment");
    assert.equal(failureOf(withByte(7, 1)), "fragment");
    assert.equal(failureOf(withByte(6, 0x40)), undefined, "DF is no fragment");
  });
});
