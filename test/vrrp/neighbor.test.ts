import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { internetChecksum } from "#base/checksum.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { decodeNeighbor } from "#vrrp/packets/decode-neighbor.ts";
import {
  encodeNeighborAdvertisement,
  encodeNeighborProbe,
  multicastMac,
  solicitedNodeAddress,
} from "#vrrp/packets/encode-neighbor.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const address = ip("2001:db8::12:3456");
const mac = "02:00:00:00:00:01" as MacAddress;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

/** As on the wire, field by field: RFC 2464, RFC 8200 and RFC 4861, 4.4; R and O, not S. */
const unsolicited = bytesOf(`
  333300000001 020000000001 86dd
  6c000000 0020 3a ff
  20010db8000000000000000000123456
  ff020000000000000000000000000001
  88 00 105c a0000000
  20010db8000000000000000000123456
  02 01 020000000001`);

/** From the address of zeros to the solicited-node group, without an option. */
const probe = bytesOf(`
  3333ff123456 020000000001 86dd
  6c000000 0018 3a ff
  00000000000000000000000000000000
  ff0200000000000000000001ff123456
  87 00 e41e 00000000
  20010db8000000000000000000123456`);

/** The frame with bytes of its ICMPv6 message changed, and the checksum made right again. */
function altered(frame: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(frame);
  copy.set(values, 54 + offset);
  copy.set([0, 0], 56);
  const length = copy.length - 54;
  const pseudoHeader = Uint8Array.of(...copy.subarray(22, 54), 0, 0, 0, length, 0, 0, 0, 58);
  const sum = internetChecksum(pseudoHeader, copy.subarray(54));
  copy.set([sum >> 8, sum & 255], 56);
  return copy;
}

describe("Neighbor Discovery", () => {
  test("an unsolicited Advertisement tells all nodes, and overrides what they know", () => {
    const frame = encodeNeighborAdvertisement({ address, mac });
    assert.deepEqual(frame, unsolicited);
    assert.deepEqual(decodeNeighbor(frame), {
      type: "advertisement",
      source: address,
      target: address,
      mac,
    });
  });

  test("a probe does not say that the sender has an address (RFC 4862, 5.4.2)", () => {
    const frame = encodeNeighborProbe({ address, mac });
    assert.deepEqual(frame, probe);
    const message = decodeNeighbor(frame);
    assert.equal(message?.type, "solicitation");
    assert.equal(message.source, "::");
    assert.equal(message.target, address);
  });

  test("groups and their MAC addresses follow from the last bytes", () => {
    assert.equal(solicitedNodeAddress(ip("fe80::33")), "ff02::1:ff00:33");
    assert.equal(multicastMac(ip("ff02::1:ff00:33")), "33:33:ff:00:00:33");
    assert.equal(multicastMac(ip("ff02::12")), "33:33:00:00:00:12");
  });

  test("without an option the MAC address is that of the frame", () => {
    const bare = unsolicited.slice(0, -8);
    bare[19] = 24;
    bare[11] = 9;
    assert.equal(decodeNeighbor(altered(bare, 0))?.mac, "02:00:00:00:00:09");
  });

  test("an option of another kind is passed over, and so are those that are longer", () => {
    assert.equal(decodeNeighbor(altered(unsolicited, 24, 14))?.mac, mac); // a nonce (RFC 3971)
    const long = Uint8Array.of(...unsolicited.subarray(0, 78), 2, 2, ...Array(14).fill(7));
    long[19] = 40;
    assert.equal(decodeNeighbor(altered(long, 0))?.mac, mac);
  });

  const malformed: readonly [string, Uint8Array][] = [
    ["another code", altered(unsolicited, 1, 1)],
    ["another type", altered(unsolicited, 0, 134)],
    ["a group as target", altered(unsolicited, 8, 0xff)],
    ["an option of length zero", altered(unsolicited, 25, 0)],
    ["an option that goes beyond the end", altered(unsolicited, 25, 2)],
  ];
  for (const [what, frame] of malformed) {
    test(`${what} is not read`, () => assert.equal(decodeNeighbor(frame), undefined));
  }

  const good = encodeNeighborAdvertisement({ address, mac });
  const spoiled: readonly [string, number, number][] = [
    ["another EtherType", 13, 0xde],
    ["another IP version", 14, 0x4c],
    ["another Next Header", 20, 17],
    ["a smaller Hop Limit", 21, 254],
    ["a wrong checksum", 57, (good[57] ?? 0) ^ 1],
  ];
  for (const [what, offset, value] of spoiled) {
    test(`${what} is not read`, () => {
      const frame = Uint8Array.from(good);
      frame[offset] = value;
      assert.equal(decodeNeighbor(frame), undefined);
    });
  }

  test("a frame that is cut off anywhere is not read", () => {
    for (let length = 0; length < good.length; length++) {
      assert.equal(decodeNeighbor(good.subarray(0, length)), undefined);
    }
  });
});
