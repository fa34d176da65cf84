import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MacAddress } from "#base/mac-address.ts";
import { readAddressClaim } from "#vrrp/packets/address-claim.ts";
import { encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";
import { encodeNeighborAdvertisement, encodeNeighborProbe } from "#vrrp/packets/encode-neighbor.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const mac = "02:00:00:00:00:02" as MacAddress;
const ipv4 = { address: ip("192.0.2.100"), mac };
const ipv6 = { address: ip("2001:db8::100"), mac };

/** "Who has fe80::9?", asked by fe80::2; as it was seen on a wire. */
const solicitation = Uint8Array.from(
  Buffer.from(
    `3333ff000009 020000000002 86dd 60000000 0020 3a ff
     fe800000000000000000000000000002 ff0200000000000000000001ff000009
     8700 7a87 00000000 fe800000000000000000000000000009 0101020000000002`.replaceAll(/\s/g, ""),
    "hex",
  ),
);

describe("the claim to an address", () => {
  test("is made by any ARP packet for its sender address (RFC 5227)", () => {
    assert.deepEqual(readAddressClaim(encodeGratuitousArp(ipv4)), ipv4);
    const reply = encodeGratuitousArp(ipv4);
    reply[21] = 2;
    assert.deepEqual(readAddressClaim(reply), ipv4);
  });

  test("is made by a Neighbor Advertisement for its target", () => {
    assert.deepEqual(readAddressClaim(encodeNeighborAdvertisement(ipv6)), ipv6);
  });

  test("is made by a Neighbor Solicitation for the address that it comes from", () => {
    assert.deepEqual(readAddressClaim(solicitation), { address: "fe80::2", mac });
  });

  test("is not made by a question whether an address is free", () => {
    assert.equal(readAddressClaim(encodeArpProbe(ipv4))?.address, "0.0.0.0");
    assert.equal(readAddressClaim(encodeNeighborProbe(ipv6))?.address, "::");
  });

  test("is not made by a frame that is cut off or of another kind", () => {
    const frame = encodeNeighborAdvertisement(ipv6);
    for (let length = 0; length < frame.length; length++) {
      assert.equal(readAddressClaim(frame.subarray(0, length)), undefined);
    }
    frame.set([0x08, 0x00], 12);
    assert.equal(readAddressClaim(frame), undefined);
  });
});
