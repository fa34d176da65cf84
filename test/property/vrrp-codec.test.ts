import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  ipAddressFromBytes,
  ipAddressFromNumber,
  ipAddressToBytes,
  parseIpAddress,
} from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { milliseconds, seconds } from "#base/time.ts";
import { readAddressClaim } from "#vrrp/packets/address-claim.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { decodeAdvertisement, encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeNeighborAdvertisement } from "#vrrp/packets/encode-neighbor.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const address = fc.integer({ min: 0, max: 0xffffffff }).map(ipAddressFromNumber);
const endpoints = fc.record({ source: address, destination: address });
const common = {
  vrid: fc.integer({ min: 1, max: 255 }),
  priority: fc.integer({ min: 0, max: 255 }),
  addresses: fc.array(address, { minLength: 1, maxLength: 255 }),
};
const key = fc.string({
  unit: fc.constantFrom("a", "Z", "0", "9", " ", "!", "~"),
  minLength: 1,
  maxLength: 8,
});

const version3: fc.Arbitrary<Advertisement> = fc.record({
  ...common,
  version: fc.constant(3 as const),
  interval: fc.integer({ min: 1, max: 4095 }).map((value) => milliseconds(value * 10)),
  authentication: fc.constant({ type: "none" as const }),
});
const version2: fc.Arbitrary<Advertisement> = fc.record({
  ...common,
  version: fc.constant(2 as const),
  interval: fc.integer({ min: 1, max: 255 }).map(seconds),
  authentication: fc.oneof(
    fc.constant({ type: "none" as const }),
    fc.record({ type: fc.constant("simple" as const), key }),
  ),
});
/** With the usual prototype, so that it compares with what the decoder makes. */
const anyAdvertisement = fc.oneof(version2, version3).map((value) => structuredClone(value));

const anyIpv6 = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => ipAddressFromBytes(bytes, 0, "ipv6"));
const linkLocal = fc.nat(0xffff).map((last) => ip(`fe80::${last.toString(16)}`));
const endpoints6 = fc.record({ source: linkLocal, destination: fc.constant(ip("ff02::12")) });
const overIpv6 = fc
  .record({ plain: version3, first: linkLocal, rest: fc.array(anyIpv6, { maxLength: 254 }) })
  .map(({ plain, first, rest }) => structuredClone({ ...plain, addresses: [first, ...rest] }));

describe("any Advertisement over IPv6", () => {
  test("comes back from the wire as it went", () => {
    fc.assert(
      fc.property(overIpv6, endpoints6, (advertisement, between) => {
        const decoded = decodeAdvertisement(encodeAdvertisement(advertisement, between), between);
        assert.deepEqual(decoded, { ok: true, advertisement });
      }),
    );
  });

  test("is refused when one bit of it was changed on the way", () => {
    fc.assert(
      fc.property(overIpv6, endpoints6, fc.nat(), (advertisement, between, bit) => {
        const message = encodeAdvertisement(advertisement, between);
        const place = bit % (message.length * 8);
        const offset = place >> 3;
        message[offset] = (message[offset] ?? 0) ^ (1 << (place & 7));
        assert.equal(decodeAdvertisement(message, between).ok, false);
      }),
    );
  });
});

describe("any Advertisement", () => {
  test("comes back from the wire as it went", () => {
    fc.assert(
      fc.property(anyAdvertisement, endpoints, (advertisement, between) => {
        const decoded = decodeAdvertisement(encodeAdvertisement(advertisement, between), between);
        assert.deepEqual(decoded, { ok: true, advertisement });
      }),
    );
  });

  test("is refused when one bit of it was changed on the way", () => {
    fc.assert(
      fc.property(anyAdvertisement, endpoints, fc.nat(), (advertisement, between, bit) => {
        const message = encodeAdvertisement(advertisement, between);
        const place = bit % (message.length * 8);
        const offset = place >> 3;
        message[offset] = (message[offset] ?? 0) ^ (1 << (place & 7));
        // Turning the version over to 2 also turns the reading of the checksum, nothing else may.
        assert.equal(decodeAdvertisement(message, between).ok, false);
      }),
    );
  });
});

describe("any bytes", () => {
  test("are decoded or refused, never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), endpoints, (bytes, between) => {
        assert.equal(typeof decodeAdvertisement(bytes, between).ok, "boolean");
      }),
    );
  });

  test("are opened or refused as a packet, never an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), fc.constantFrom(4, 6), (bytes, version) => {
        if (bytes.length > 0) bytes[0] = (version << 4) | ((bytes[0] ?? 0) & 15);
        assert.equal(typeof openPacket(bytes).ok, "boolean");
      }),
    );
  });

  test("claim an address or none, never an exception", () => {
    const frame = encodeNeighborAdvertisement({
      address: ip("fe80::1"),
      mac: "02:00:00:00:00:01" as MacAddress,
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(90), (bytes, kept) => {
        const mixed = Uint8Array.of(...frame.subarray(0, kept), ...bytes);
        const claim = readAddressClaim(mixed);
        assert.ok(claim === undefined || typeof claim.address === "string");
      }),
    );
  });

  test("are an IPv6 address with one text, which leads back to them", () => {
    fc.assert(
      fc.property(anyIpv6, (address) => {
        assert.equal(ipAddressFromBytes(ipAddressToBytes(address), 0, "ipv6"), address);
        const full = Array.from(new Uint16Array(8), (_, index) => {
          const [high = 0, low = 0] = ipAddressToBytes(address).subarray(2 * index);
          return ((high << 8) | low).toString(16).padStart(4, "0").toUpperCase();
        });
        const parsed = parseIpAddress(full.join(":"));
        assert.ok(parsed === address || address.startsWith("::ffff:"), full.join(":"));
      }),
    );
  });
});
