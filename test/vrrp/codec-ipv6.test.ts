import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internetChecksum } from "#base/checksum.ts";
import { decodeAdvertisement, encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeIpv6Packet, ipv6PseudoHeader } from "#vrrp/packets/ipv6-packet.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { advertisement, ip } from "../support/vrrp-fixtures.ts";

const endpoints = { source: ip("fe80::1"), destination: ip("ff02::12") };

/** As tcpdump and tshark find it right. */
const golden = "3133640200643ecafe80000000000000000000000000003320010db8000000000000000000000100";
const value = advertisement({ addresses: [ip("fe80::33"), ip("2001:db8::100")] });
const message = Uint8Array.from(Buffer.from(golden, "hex"));

/** The golden message with bytes changed, and its checksum made right again. */
function altered(offset: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(message);
  copy.set(values, offset);
  copy.set([0, 0], 6);
  const sum = internetChecksum(ipv6PseudoHeader(endpoints, 112, copy.length), copy);
  copy.set([sum >> 8, sum & 255], 6);
  return copy;
}

function failureOf(bytes: Uint8Array): string {
  const decoded = decodeAdvertisement(bytes, endpoints);
  return decoded.ok ? "accepted" : decoded.failure;
}

function refusalOf(payload: Uint8Array, ttl = 255): string {
  const opened = openPacket(encodeIpv6Packet({ ...endpoints, protocol: 112, ttl, payload }));
  return opened.ok ? "accepted" : opened.refusal;
}

describe("the Advertisement over IPv6", () => {
  test("is written and read as others do", () => {
    assert.equal(Buffer.from(encodeAdvertisement(value, endpoints)).toString("hex"), golden);
    assert.deepEqual(decodeAdvertisement(message, endpoints), { ok: true, advertisement: value });
  });

  test("comes out of its packet whole", () => {
    const packet = encodeIpv6Packet({ ...endpoints, protocol: 112, ttl: 255, payload: message });
    const opened = openPacket(packet);
    assert.deepEqual(opened.ok && opened.value.advertisement, value);
    assert.equal(opened.ok && opened.value.packet.source, "fe80::1");
  });

  test("holds 255 addresses", () => {
    const addresses = Array.from({ length: 255 }, (_, index) => ip(`fe80::${index + 1}`));
    const full = advertisement({ addresses });
    const bytes = encodeAdvertisement(full, endpoints);
    assert.equal(bytes.length, 8 + 255 * 16);
    assert.deepEqual(decodeAdvertisement(bytes, endpoints), { ok: true, advertisement: full });
  });

  test("with another Hop Limit than 255 is refused", () => {
    assert.equal(refusalOf(message), "accepted");
    for (const ttl of [0, 1, 64, 254]) assert.equal(refusalOf(message, ttl), "time-to-live");
  });

  test("whose first address is not link-local is refused (erratum 8300)", () => {
    assert.equal(failureOf(altered(8, 0xfe, 0x80)), "accepted");
    assert.equal(failureOf(altered(8, 0x20, 0x01)), "first-address-not-link-local");
    assert.equal(failureOf(altered(8, 0xfe, 0xc0)), "first-address-not-link-local");
  });

  test("without the pseudo-header in its checksum is refused", () => {
    const alone = Uint8Array.from(message);
    alone.set([0, 0], 6);
    const sum = internetChecksum(alone);
    alone.set([sum >> 8, sum & 255], 6);
    assert.equal(failureOf(alone), "bad-checksum");
  });

  test("is refused when its endpoints are others", () => {
    const decoded = decodeAdvertisement(message, { ...endpoints, source: ip("fe80::2") });
    assert.equal(decoded.ok, false);
  });

  test("with addresses of IPv4 is too short for what its count promises", () => {
    const four = encodeAdvertisement(advertisement(), {
      source: ip("192.0.2.1"),
      destination: ip("224.0.0.18"),
    });
    assert.equal(failureOf(four), "too-short");
  });

  test("is refused in version 2, without addresses, without interval, and cut short", () => {
    assert.equal(failureOf(altered(0, 0x21)), "unknown-version");
    assert.equal(failureOf(altered(3, 0)), "no-address");
    assert.equal(failureOf(altered(4, 0, 0)), "zero-interval");
    assert.equal(failureOf(altered(3, 3)), "too-short");
    for (let length = 0; length < message.length; length++) {
      assert.equal(failureOf(message.subarray(0, length)), "too-short");
    }
  });
});
