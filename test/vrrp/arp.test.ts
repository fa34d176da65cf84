import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { decodeArp, encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";

const address = "192.0.2.100" as IpAddress;
const mac = "02:00:00:00:00:01" as MacAddress;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

/** As on the wire, field by field: RFC 826. */
const gratuitous = bytesOf(`
  ffffffffffff 020000000001 0806
  0001 0800 06 04 0001
  020000000001 c0000264
  020000000001 c0000264`);

const probe = bytesOf(`
  ffffffffffff 020000000001 0806
  0001 0800 06 04 0001
  020000000001 00000000
  000000000000 c0000264`);

describe("ARP", () => {
  test("a gratuitous ARP is a broadcast request with the address as sender and target", () => {
    assert.deepEqual(encodeGratuitousArp({ address, mac }), gratuitous);
    assert.deepEqual(decodeArp(gratuitous), {
      operation: "request",
      senderMac: mac,
      senderAddress: address,
      targetMac: mac,
      targetAddress: address,
    });
  });

  test("a probe does not say that the sender has an address (RFC 5227, 2.1.1)", () => {
    assert.deepEqual(encodeArpProbe({ address, mac }), probe);
    const message = decodeArp(probe);
    assert.equal(message?.senderAddress, "0.0.0.0");
    assert.equal(message.targetAddress, address);
  });

  test("a reply is read, with the padding of a short frame behind it", () => {
    const frame = new Uint8Array(60).fill(0xee);
    frame.set(gratuitous);
    frame[21] = 2;
    assert.equal(decodeArp(frame)?.operation, "reply");
  });

  const malformed: readonly [string, number, number][] = [
    ["another EtherType", 12, 0x86],
    ["another hardware type", 15, 6],
    ["another protocol type", 16, 0x86],
    ["another length of hardware addresses", 18, 8],
    ["another length of protocol addresses", 19, 16],
    ["an operation of another protocol (RARP)", 21, 3],
    ["an operation above 255", 20, 1],
  ];
  for (const [what, offset, value] of malformed) {
    test(`${what} is not read`, () => {
      const frame = Uint8Array.from(gratuitous);
      frame[offset] = value;
      assert.equal(decodeArp(frame), undefined);
    });
  }

  test("a frame that is cut off anywhere is not read", () => {
    for (let length = 0; length < gratuitous.length; length++) {
      assert.equal(decodeArp(gratuitous.subarray(0, length)), undefined);
    }
  });
});
