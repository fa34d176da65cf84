import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internetChecksum } from "#base/checksum.ts";
import { seconds, milliseconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { decodeAdvertisement, encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { advertisement, ip } from "../support/vrrp-fixtures.ts";

const endpoints = { source: ip("192.0.2.1"), destination: ip("224.0.0.18") };

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function hex(message: Uint8Array): string {
  return Buffer.from(message).toString("hex");
}

/** A message changed at one place, with its checksum made right again. */
function altered(message: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(message);
  copy[offset] = value;
  copy[6] = 0;
  copy[7] = 0;
  const sum = internetChecksum(copy);
  copy[6] = sum >> 8;
  copy[7] = sum & 255;
  return copy;
}

function failureOf(message: Uint8Array): string {
  const decoded = decodeAdvertisement(message, endpoints);
  return decoded.ok ? "accepted" : decoded.failure;
}

const golden: readonly { name: string; hex: string; value: Advertisement; from?: string }[] = [
  {
    name: "version 2",
    hex: "213364010001b865c00002640000000000000000",
    value: advertisement({ version: 2, addresses: [ip("192.0.2.100")] }),
  },
  {
    name: "version 3, checksum with the pseudo-header",
    hex: "3133640100640572c0000264",
    value: advertisement({ addresses: [ip("192.0.2.100")] }),
  },
  {
    name: "version 2 of another implementation",
    hex: "21331e010001b5c50a0001050000000000000000",
    value: advertisement({ version: 2, priority: 30, addresses: [ip("10.0.1.5")] }),
  },
  {
    name: "version 2 of a router with VRID 1",
    hex: "210164010001ba52c0a800010000000000000000",
    value: advertisement({ version: 2, vrid: 1, addresses: [ip("192.168.0.1")] }),
  },
];

describe("the Advertisement on the wire", () => {
  for (const { name, hex: text, value } of golden) {
    test(`is written as others write it: ${name}`, () => {
      assert.equal(hex(encodeAdvertisement(value, endpoints)), text);
    });
    test(`is read as others mean it: ${name}`, () => {
      const decoded = decodeAdvertisement(bytes(text), endpoints);
      assert.deepEqual(decoded, { ok: true, advertisement: value });
    });
  }

  test("of version 3 with a checksum over the message alone is read, and written if wanted", () => {
    const text = "313364010064a802c0000264";
    const value = advertisement({ addresses: [ip("192.0.2.100")] });
    assert.deepEqual(decodeAdvertisement(bytes(text), endpoints), {
      ok: true,
      advertisement: value,
    });
    assert.equal(hex(encodeAdvertisement(value, endpoints, "message-only")), text);
  });

  test("carries two addresses with the checksum that scapy computes", () => {
    const value = advertisement({
      vrid: 2,
      priority: 254,
      interval: milliseconds(10),
      addresses: [ip("20.0.1.2"), ip("20.0.1.3")],
    });
    const from = { source: ip("20.0.0.3"), destination: ip("224.0.0.18") };
    const text = "3102fe020001b25e1400010214000103";
    assert.equal(hex(encodeAdvertisement(value, from)), text);
    const decoded = decodeAdvertisement(bytes(text), from);
    assert.deepEqual(decoded, { ok: true, advertisement: value });
  });

  test("carries the simple password of version 2", () => {
    const value = advertisement({ version: 2, authentication: { type: "simple", key: "1111" } });
    const message = encodeAdvertisement(value, endpoints);
    assert.equal(message[4], 1);
    assert.equal(hex(message.subarray(12)), "3131313100000000");
    const decoded = decodeAdvertisement(message, endpoints);
    assert.deepEqual(decoded, { ok: true, advertisement: value });
  });

  test("carries the longest interval of each version", () => {
    for (const [version, interval] of [
      [2, seconds(255)],
      [3, milliseconds(40_950)],
    ] as const) {
      const value = advertisement({ version, interval });
      const decoded = decodeAdvertisement(encodeAdvertisement(value, endpoints), endpoints);
      assert.deepEqual(decoded, { ok: true, advertisement: value });
    }
  });
});

describe("bytes that are no Advertisement", () => {
  const good = bytes("313364010064a802c0000264");

  test("are refused when they are cut short anywhere", () => {
    for (let length = 0; length < good.length; length++) {
      assert.equal(failureOf(good.subarray(0, length)), "too-short");
    }
  });
  test("are refused for an unknown version", () => {
    assert.equal(failureOf(altered(good, 0, 0x41)), "unknown-version");
  });
  test("are refused for an unknown type", () => {
    assert.equal(failureOf(altered(good, 0, 0x32)), "unknown-type");
  });
  test("are refused for a checksum that is wrong in both readings", () => {
    const bad = Uint8Array.from(good);
    bad[7] = (bad[7] ?? 0) ^ 1;
    assert.equal(failureOf(bad), "bad-checksum");
  });
  test("are refused for a count of zero", () => {
    assert.equal(failureOf(altered(good, 3, 0)), "no-address");
  });
  test("are refused for a count that promises more than is there", () => {
    assert.equal(failureOf(altered(good, 3, 255)), "too-short");
  });
  test("are refused for an interval of zero", () => {
    assert.equal(failureOf(altered(good, 5, 0)), "zero-interval");
  });
  test("are refused for an authentication type that RFC 3768 does not know", () => {
    const two = bytes("213364010001b865c00002640000000000000000");
    assert.equal(failureOf(altered(two, 4, 2)), "unknown-authentication");
  });
  test("keep the reserved bits of version 3 out of the interval", () => {
    const decoded = decodeAdvertisement(altered(good, 4, 0xf0), endpoints);
    assert.equal(decoded.ok && decoded.advertisement.interval, 1000);
  });
});
