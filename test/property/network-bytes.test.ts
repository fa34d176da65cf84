import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Advertisement, Endpoints } from "#vrrp/advertisement.ts";
import { readAddressClaim } from "#vrrp/packets/address-claim.ts";
import { decodeArp } from "#vrrp/packets/arp.ts";
import { decodeAdvertisement, encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { decodeNeighbor } from "#vrrp/packets/decode-neighbor.ts";
import type { IpPacket } from "#vrrp/packets/ip-packet.ts";
import { decodeIpv4Packet, encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { decodeIpv6Packet, encodeIpv6Packet } from "#vrrp/packets/ipv6-packet.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { hostileBytes } from "../support/hostile-bytes.ts";
import { tryMany } from "../support/random-runs.ts";

/** What was accepted is not larger than what came, and means the same when we send it. */
function checkAdvertisement(read: Advertisement, bytes: Uint8Array, between: Endpoints): void {
  assert.ok(read.addresses.length * 4 <= bytes.length);
  const sent = encodeAdvertisement(read, between);
  assert.deepEqual(decodeAdvertisement(sent, between), { ok: true, advertisement: read });
  if (isPlain(bytes, sent)) assert.deepEqual(withoutChecksum(bytes), withoutChecksum(sent));
}

/** Whether it uses nothing that a receiver ignores: reserved bits, padding, authentication data. */
function isPlain(bytes: Uint8Array, sent: Uint8Array): boolean {
  const [first = 0, , , , fourth = 0] = bytes;
  if (bytes.length !== sent.length) return false;
  if (first >> 4 === 3) return fourth >> 4 === 0;
  const key = fourth === 0 ? bytes.subarray(-8) : bytes.subarray(-8).subarray(keyLength(bytes));
  return key.every((byte) => byte === 0);
}

function keyLength(bytes: Uint8Array): number {
  const end = bytes.subarray(-8).indexOf(0);
  return end === -1 ? 8 : end;
}

function withoutChecksum(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set([0, 0], 6);
  return copy;
}

function checkOpened(bytes: Uint8Array): void {
  const opened = openPacket(bytes);
  if (!opened.ok) return;
  const { packet, advertisement } = opened.value;
  checkAdvertisement(advertisement, packet.payload, packet);
}

function checkPackets(bytes: Uint8Array): void {
  checkPacket(decodeIpv4Packet(bytes), (packet) => decodeIpv4Packet(encodeIpv4Packet(packet)));
  checkPacket(decodeIpv6Packet(bytes), (packet) => decodeIpv6Packet(encodeIpv6Packet(packet)));
}

type Result = ReturnType<typeof decodeIpv4Packet | typeof decodeIpv6Packet>;

function checkPacket(result: Result, goAgain: (packet: IpPacket) => Result): void {
  if (!result.ok) return;
  const { payload, ...header } = result.packet;
  const again = goAgain(result.packet);
  assert.ok(again.ok);
  const { payload: payloadAgain, ...headerAgain } = again.packet;
  assert.deepEqual(headerAgain, header);
  assert.equal(Buffer.compare(payloadAgain, payload), 0);
}

/** A claim is made by exactly one of the two protocols, with what that one says. */
function checkFrame(bytes: Uint8Array): void {
  const [arp, neighbor, claim] = [decodeArp(bytes), decodeNeighbor(bytes), readAddressClaim(bytes)];
  assert.ok(arp === undefined || neighbor === undefined);
  assert.equal(claim === undefined, arp === undefined && neighbor === undefined);
  if (arp !== undefined) assert.equal(claim?.address, arp.senderAddress);
  if (neighbor !== undefined) assert.equal(claim?.mac, neighbor.mac);
}

describe("bytes of somebody who knows the protocols", () => {
  test("are read or refused, never an exception; what is accepted comes back as it went", (context) => {
    const property = fc.property(hostileBytes, (bytes) => {
      checkOpened(bytes);
      checkPackets(bytes);
      checkFrame(bytes);
    });
    tryMany(context, 10_000, property);
  });
});
