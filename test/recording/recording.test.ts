import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bytesToHex, hexToBytes } from "#base/hex.ts";
import { describeReplayed } from "#recording/describe.ts";
import { parseLine } from "#recording/lines.ts";
import { maskKeys, maskPacket } from "#recording/mask.ts";
import { Replay } from "#recording/replay.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { parseRecording, replayAll, writeRecording } from "../support/recordings.ts";
import { engineSettings, SimulatedHost } from "../support/simulated-host.ts";
import { advertisement, ip, peerAddress } from "../support/vrrp-fixtures.ts";

/** A take-over and a hand-over, a line each. */
function recordSome(): string[] {
  const host = new SimulatedHost().start().pass(3000).hear({ priority: 50 }).pass(3000);
  host.hear({ priority: 200 }).pass(2000);
  host.engine.post({ type: "stop", text: "asked to" });
  return writeRecording(host.chunks, engineSettings);
}

const endpoints = { source: peerAddress, destination: ip("224.0.0.18") };

function packetWithKey(key: string, flip = 0): Uint8Array {
  const authentication = { type: "simple", key } as const;
  const payload = encodeAdvertisement(advertisement({ version: 2, authentication }), endpoints);
  payload[6] = (payload[6] ?? 0) ^ flip;
  return encodeIpv4Packet({ ...endpoints, protocol: 112, ttl: 255, payload });
}

describe("a replay", () => {
  test("shows an action that is not the recorded one, with its duration", () => {
    const texts = recordSome().map((text) =>
      text.replaceAll(/"duration":3609.375/g, '"duration":3000'),
    );
    const [different, ...more] = replayAll(parseRecording(texts));
    assert.ok(different !== undefined && more.length > 0);
    const shown = describeReplayed(different, String).join("\n");
    assert.match(shown, /-> arm active-down for 3.609375 s/);
    assert.match(shown, /DIFFERENT {2}recorded: .*"duration":3000,/);
  });

  test("shows a packet that is not judged as it was recorded", () => {
    const texts = recordSome().map((text) =>
      text.replace('{"accepted":"web"}', '{"refused":"too-short"}'),
    );
    const different = replayAll(parseRecording(texts));
    assert.deepEqual(
      different.flatMap(({ differences }) => differences.map(({ replayed }) => replayed)),
      Array.from({ length: different.length }, () => ({ accepted: "web" })),
    );
    assert.ok(different.length > 0);
  });

  test("notices that a chunk begins in another state than the one before ended in", () => {
    const texts = recordSome();
    const second = texts.findLastIndex((text) => text.includes('"type":"machine"'));
    texts[second] = (texts[second] ?? "").replace('"generation":', '"generation":1');
    const [different] = replayAll(parseRecording(texts));
    assert.equal(different?.line.type, "machine");
  });

  test("of a line without its machine says what is missing", () => {
    const texts = recordSome().filter((text) => !text.includes('"type":"machine"'));
    const [different] = replayAll(parseRecording(texts));
    assert.equal(different?.problem, "nothing is known of web before this line");
  });
});

describe("any text", () => {
  const good = recordSome();
  const piece = fc.oneof(
    fc.constantFrom("null", "[]", "{}", '""', "1e999", "-1", "true", '{"a_b":[]}'),
    fc.constant('{"toString":0}'),
    fc.json({ maxDepth: 3 }),
  );

  test("in the place of a value is refused or replayed, never an exception", () => {
    const value = /(?<=":)("[^"]*"|[-\d.]+|\{\}|true|false|\[\])/g;
    fc.assert(
      fc.property(fc.nat(), fc.nat(), piece, (at, place, other) => {
        const texts = good.slice();
        const index = at % texts.length;
        const text = texts[index] ?? "";
        const matches = [...text.matchAll(value)];
        const match = matches[place % matches.length];
        assert.ok(match);
        const end = match.index + match[0].length;
        texts[index] = text.slice(0, match.index) + other + text.slice(end);
        const replay = new Replay();
        for (const each of texts) {
          const parsed = parseLine(each);
          if (parsed.ok && !isLong(parsed.line))
            describeReplayed(replay.replay(parsed.line), String);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("of any kind is refused or a line", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.equal(typeof parseLine(text).ok, "boolean");
      }),
    );
    assert.equal(parseLine(`${"[".repeat(200_000)}${"]".repeat(200_000)}`).ok, false);
    assert.equal(parseLine('{"type":"lost"}').ok, false);
  });
});

/** A run of millions is allowed, but is no test of texts. */
function isLong(line: object): boolean {
  return "count" in line && Number(line.count) > 1000;
}

describe("a key", () => {
  test("is masked wherever one may stand", () => {
    const value = { a: [{ authentication: { type: "simple", key: "hunter2" } }], keys: ["x"] };
    const masked = { a: [{ authentication: { type: "simple", key: "********" } }], keys: ["x"] };
    assert.deepEqual(maskKeys(value), masked);
  });

  test("is not in a packet any more, which is judged as before", () => {
    const masked = maskPacket(packetWithKey("hunter2"));
    const opened = openPacket(masked);
    assert.ok(opened.ok);
    assert.deepEqual(opened.value.advertisement.authentication, {
      type: "simple",
      key: "********",
    });
    const damaged = openPacket(maskPacket(packetWithKey("hunter2", 1)));
    assert.equal(damaged.ok ? "" : damaged.refusal, "bad-checksum");
  });

  test("does not tell through the checksum which one it was", () => {
    const [one, two] = ["hunter2", "letmein"].map((key) => maskPacket(packetWithKey(key)));
    assert.deepEqual(one, two);
  });

  test("of another than ours stays another", () => {
    const other = openPacket(maskPacket(packetWithKey("hunter2"), "other"));
    assert.ok(other.ok);
    assert.deepEqual(other.value.advertisement.authentication, { type: "simple", key: "????????" });
  });

  test("is nowhere in a packet that is damaged in any way", () => {
    const packet = packetWithKey("hunter22");
    const key = bytesToHex(new TextEncoder().encode("hunter22"));
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.nat(255), (place, value) => {
        const damaged = packet.slice();
        damaged[place] = value;
        // Then it is no message of version 2 any more.
        if (place === 20 && value >> 4 === 3) return;
        // Nor is it IPv4, and no socket gets to see it.
        if (place === 0 && value >> 4 === 6) return;
        assert.ok(!bytesToHex(maskPacket(damaged)).includes(key));
      }),
      { numRuns: 2000 },
    );
  });
});

test("hex is read as it was written, and nothing else is", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(hexToBytes(bytesToHex(bytes)), bytes);
    }),
  );
  for (const text of ["0", "0g", "+1", "0x11", "1.", "--"])
    assert.equal(hexToBytes(text), undefined);
});
