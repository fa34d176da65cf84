import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpPacket } from "#vrrp/packets/ip-packet.ts";
import {
  decodeIpv6Packet,
  encodeIpv6Packet,
  fragmentIpv6Packet,
} from "#vrrp/packets/ipv6-packet.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const packet: IpPacket = {
  source: ip("fe80::1"),
  destination: ip("ff02::12"),
  ttl: 255,
  protocol: 112,
  payload: Uint8Array.of(1, 2, 3, 4),
};
const encoded = encodeIpv6Packet(packet);

function failureOf(bytes: Uint8Array): string | undefined {
  const result = decodeIpv6Packet(bytes);
  return result.ok ? undefined : result.failure;
}

describe("IPv6 packet", () => {
  test("encoded: 40 bytes of header, internetwork control, and the payload", () => {
    assert.equal(
      Buffer.from(encoded).toString("hex"),
      `6c000000 0004 70 ff
       fe800000000000000000000000000001
       ff020000000000000000000000000012 01020304`.replaceAll(/\s/g, ""),
    );
  });

  test("decoded: what was encoded, also as a view, and with padding behind it", () => {
    assert.deepEqual(decodeIpv6Packet(encoded), { ok: true, packet });
    const padded = Uint8Array.of(9, 9, 9, ...encoded, 0xee, 0xee);
    assert.deepEqual(decodeIpv6Packet(padded.subarray(3)), { ok: true, packet });
  });

  test("cut short in its header, or shorter than it says, it is refused", () => {
    for (let length = 0; length < 40; length++) {
      assert.equal(failureOf(encoded.subarray(0, length)), "too-short");
    }
    for (let length = 40; length < encoded.length; length++) {
      assert.equal(failureOf(encoded.subarray(0, length)), "bad-payload-length");
    }
  });

  test("of another version it is refused", () => {
    const other = Uint8Array.from(encoded);
    other[0] = 0x45;
    assert.equal(failureOf(other), "not-ipv6");
  });
});

describe("the fragments of an IPv6 packet", () => {
  const payload = Uint8Array.from({ length: 4088 }, (_, index) => index % 251);
  const fragments = fragmentIpv6Packet(encodeIpv6Packet({ ...packet, payload }), 7);
  const parts = fragments.map((fragment) => {
    const decoded = decodeIpv6Packet(fragment);
    assert.ok(decoded.ok);
    return decoded.packet;
  });

  test("go where it goes, and fit into every link", () => {
    assert.ok(fragments.every((fragment) => fragment.length <= 1280));
    for (const { source, destination, ttl, protocol } of parts) {
      assert.deepEqual([source, destination, ttl, protocol], ["fe80::1", "ff02::12", 255, 44]);
    }
  });

  test("say what they are parts of, where they belong, and which is the last", () => {
    const heads = parts.map((part) => Buffer.from(part.payload.subarray(0, 8)).toString("hex"));
    assert.deepEqual(heads, [
      "7000000100000007",
      "700004d100000007",
      "700009a100000007",
      "70000e7000000007",
    ]);
    assert.deepEqual(
      parts.flatMap((part) => Array.from(part.payload.subarray(8))),
      [...payload],
    );
  });
});
