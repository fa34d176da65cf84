import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ipAddressFromNumber } from "#base/ip-address.ts";
import { milliseconds, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { decodeAdvertisement, encodeAdvertisement } from "#vrrp/codec.ts";
import { openPacket } from "#vrrp/receive-checks.ts";

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
      fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => {
        assert.equal(typeof openPacket(bytes).ok, "boolean");
      }),
    );
  });
});
