import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { PacketMemory } from "#vrrp/receiving/packet-memory.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { tryMany } from "../support/random-runs.ts";
import { advertisement, ip, peerAddress } from "../support/vrrp-fixtures.ts";

const ends = { source: peerAddress, destination: ip("224.0.0.18") };

function packetOf(priority: number): Uint8Array {
  const payload = encodeAdvertisement(advertisement({ priority }), ends);
  return encodeIpv4Packet({ ...ends, protocol: 112, ttl: 255, payload });
}

function changed(packet: Uint8Array, at: number, value: number): Uint8Array {
  return packet.map((byte, index) => (index === at ? value : byte));
}

describe("a memory of packets", () => {
  test("reads a packet once, whatever its identification", () => {
    const memory = new PacketMemory();
    const first = memory.open(packetOf(100));
    assert.ok(first.ok);
    assert.equal(memory.open(changed(packetOf(100), 5, 7)), first);
    assert.notEqual(memory.open(packetOf(101)), first);
  });

  test("keeps no packet that was refused", () => {
    const memory = new PacketMemory();
    const worn = changed(packetOf(100), 8, 254);
    assert.notEqual(memory.open(worn), memory.open(worn));
    assert.deepEqual(memory.open(worn), openPacket(worn));
  });

  test("says of each packet, after any others, what is said of it alone", (context) => {
    const packets = fc.array(
      fc.record({
        priority: fc.integer({ min: 99, max: 101 }),
        at: fc.integer({ min: 0, max: 35 }),
        value: fc.constantFrom(undefined, 0, 4, 69, 254),
      }),
      { minLength: 1, maxLength: 20 },
    );
    tryMany(
      context,
      500,
      fc.property(packets, (sent) => {
        const memory = new PacketMemory();
        for (const { priority, at, value } of sent) {
          const packet = packetOf(priority);
          const bytes = value === undefined ? packet : changed(packet, at, value);
          assert.deepEqual(semantics(memory.open(bytes)), semantics(openPacket(bytes)));
        }
      }),
    );
  });
});

/** The payload is a view of bytes that may differ in their numbering alone. */
function semantics(opened: ReturnType<typeof openPacket>): unknown {
  if (!opened.ok) return opened;
  const { packet, advertisement: read } = opened.value;
  return { packet: { ...packet, payload: [...packet.payload] }, read };
}
