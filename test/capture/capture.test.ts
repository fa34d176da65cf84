import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ByteSource } from "#capture/byte-source.ts";
import { readCapture } from "#capture/capture.ts";
import type { CaptureItem } from "#capture/frame.ts";
import { causeOf, judgeFrame } from "#capture/judge-frame.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { advertisement, ip, peerAddress } from "../support/vrrp-fixtures.ts";
import { concat, ethernetFrame, pack, pcapFile, pcapngFile } from "./capture-files.ts";

const endpoints = { source: peerAddress, destination: ip("224.0.0.18") };
const payload = encodeAdvertisement(advertisement({ priority: 99 }), endpoints);
const packet = encodeIpv4Packet({ ...endpoints, protocol: 112, ttl: 255, payload });
const at = 1_700_000_000_123.456;

/** In chunks of that many bytes, as a file or a pipe hands them over. */
async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

async function read(bytes: Uint8Array, chunkSize = 64): Promise<CaptureItem[]> {
  const items: CaptureItem[] = [];
  for await (const item of readCapture(new ByteSource(inChunks(bytes, chunkSize)))) {
    items.push(item);
  }
  return items;
}

async function causes(file: Uint8Array): Promise<(string | undefined)[]> {
  const items = await read(file);
  return items.flatMap((item) => {
    assert.equal(item.type, "frame");
    const judged = item.type === "frame" && judgeFrame(item, "any");
    return judged ? [causeOf(judged.verdict, "any")] : [];
  });
}

describe("a capture", () => {
  for (const [name, write] of [
    ["pcap", pcapFile],
    ["pcapng", pcapngFile],
  ] as const) {
    for (const littleEndian of [true, false]) {
      for (const chunkSize of [1, 7, 1000]) {
        test(`${name}, little-endian ${littleEndian}, in chunks of ${chunkSize}`, async () => {
          const frames = [
            { bytes: ethernetFrame(packet), at },
            { bytes: Uint8Array.of(1, 2, 3), at },
          ];
          const items = await read(write(frames, { littleEndian }), chunkSize);
          assert.deepEqual(
            items.map((item) => item.type === "frame" && [item.number, [...item.bytes]]),
            frames.map(({ bytes }, index) => [index + 1, [...bytes]]),
          );
          const [first] = items;
          assert.ok(first?.type === "frame" && first.at !== undefined);
          assert.ok(Math.abs(first.at - at) < 0.001, String(first.at));
        });
      }
    }

    test(`${name} that ends too early says where, after the frames that are whole`, async () => {
      const whole = write([{ bytes: packet }, { bytes: packet }]);
      const items = await read(whole.subarray(0, whole.length - 9));
      assert.deepEqual(
        items.map(({ type }) => type),
        ["frame", "problem"],
      );
      assert.match(JSON.stringify(items[1]), /ends/);
    });
  }

  test("with a frame of 4 GB takes the claim for what it is", async () => {
    const header = pcapFile([]);
    const record = pack(true, [4, 0], [4, 0], [4, 0xffffffff], [4, 0xffffffff]);
    const items = await read(concat(header, record, packet));
    assert.match(JSON.stringify(items), /claims 4294967295 bytes/);
  });

  test("that is none is called so", async () => {
    assert.match(JSON.stringify(await read(new TextEncoder().encode("hello world"))), /no capture/);
    assert.match(JSON.stringify(await read(new Uint8Array(2))), /too short/);
  });
});

describe("a frame", () => {
  test("is found behind Ethernet, VLAN tags, Linux cooked headers and none at all", async () => {
    const cooked = concat(new Uint8Array(14), Uint8Array.of(8, 0), packet);
    const cooked2 = concat(Uint8Array.of(8, 0), new Uint8Array(18), packet);
    const found = await Promise.all([
      causes(pcapFile([{ bytes: ethernetFrame(packet) }])),
      causes(pcapFile([{ bytes: ethernetFrame(packet, [12, 13]) }])),
      causes(pcapFile([{ bytes: cooked }], { linkType: 113 })),
      causes(pcapngFile([{ bytes: cooked2 }], { linkType: 276 })),
      causes(pcapFile([{ bytes: packet }], { linkType: 101 })),
      causes(pcapFile([{ bytes: packet }], { linkType: 228 })),
    ]);
    assert.deepEqual(
      found,
      Array.from({ length: 6 }, () => [undefined]),
    );
  });

  test("of another protocol, or of a link that is not known, is passed over", async () => {
    const udp = packet.slice();
    udp[9] = 17;
    assert.deepEqual(await causes(pcapFile([{ bytes: ethernetFrame(udp) }])), []);
    assert.deepEqual(await causes(pcapFile([{ bytes: packet }], { linkType: 147 })), []);
  });

  test("is refused by the check that the receiver has, the kernel's included", async () => {
    const routed = encodeIpv4Packet({ ...endpoints, protocol: 112, ttl: 254, payload });
    const damaged = packet.slice();
    damaged[25] = 1;
    const header = packet.slice();
    header[11] = 1;
    const frames = [routed, damaged, header].map((bytes) => ({ bytes: ethernetFrame(bytes) }));
    const short = { bytes: ethernetFrame(packet).subarray(0, 40), originalLength: 60 };
    assert.deepEqual(await causes(pcapFile([...frames, short])), [
      "time-to-live",
      "bad-checksum",
      "bad-ip-checksum",
      "cut-off",
    ]);
  });
});

describe("any bytes", () => {
  const startOf = (file: Uint8Array) => [...file];
  const beginning = fc.constantFrom(
    startOf(pcapFile([{ bytes: packet }])),
    startOf(pcapngFile([{ bytes: packet }])),
    startOf(pcapngFile([{ bytes: packet }], { littleEndian: false })),
    [],
  );
  const damage = fc.array(fc.record({ place: fc.nat(), value: fc.nat(255) }), { maxLength: 6 });

  test("behind the beginning of a capture, or in it, are read to a problem or to the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        beginning,
        damage,
        fc.uint8Array({ maxLength: 300 }),
        async (good, bad, rest) => {
          const file = Uint8Array.of(...good, ...rest);
          for (const { place, value } of bad) file[place % Math.max(1, file.length)] = value;
          const items = await read(file, 50);
          const held = items.reduce(
            (sum, item) => sum + ("bytes" in item ? item.bytes.length : 0),
            0,
          );
          assert.ok(held <= file.length);
          for (const item of items) if (item.type === "frame") judgeFrame(item, "any");
          assert.ok(items.slice(0, -1).every(({ type }) => type === "frame"));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
