import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { encodeMulticastFrame } from "#vrrp/packets/ethernet.ts";
import { isVirtualLink, virtualLinkName, virtualMac } from "#vrrp/virtual-mac.ts";

describe("a virtual MAC address", () => {
  test("is made of the family and the VRID (RFC 9568, 7.3)", () => {
    assert.equal(virtualMac("ipv4", 51), "00:00:5e:00:01:33");
    assert.equal(virtualMac("ipv4", 1), "00:00:5e:00:01:01");
    assert.equal(virtualMac("ipv6", 255), "00:00:5e:00:02:ff");
  });

  test("is the source of frames to the group, whose address is that of RFC 1112", () => {
    const frame = { source: virtualMac("ipv4", 51), packet: Uint8Array.of(0x45, 0xc0) };
    const group = "224.0.0.18" as IpAddress;
    assert.equal(hex({ ...frame, group }), "01005e000012 00005e000133 0800 45c0");
    const masked = "239.255.0.1" as IpAddress;
    assert.match(hex({ ...frame, group: masked }), /^01005e7f0001 /);
  });

  test("is the source of frames to the group of IPv6, whose address is that of RFC 2464", () => {
    const frame = { source: virtualMac("ipv6", 51), packet: Uint8Array.of(0x60) };
    const group = "ff02::12" as IpAddress;
    assert.equal(hex({ ...frame, group }), "333300000012 00005e000233 86dd 60");
  });
});

describe("the name of its interface", () => {
  for (const [parent, name] of [
    ["eth0", "gp4-51-eth0"],
    ["eth0.100", "gp4-51-eth0.100"],
    ["enp130s0f0np0", "gp4-51-0s0f0np0"],
  ] as const) {
    test(`is ${name} on ${parent}, at most 15 characters`, () => {
      assert.equal(virtualLinkName("ipv4", 51, parent), name);
      assert.ok(name.length <= 15);
    });
  }

  test("says with the MAC address that it is ours", () => {
    const mac = virtualMac("ipv6", 7);
    assert.ok(isVirtualLink(virtualLinkName("ipv6", 7, "eth0"), mac));
    for (const name of ["gp4-7-eth0", "gp6-8-eth0", "gp6-7", "eth0", "xgp6-7-eth0"]) {
      assert.ok(!isVirtualLink(name, mac), name);
    }
    assert.ok(!isVirtualLink("gp6-7-eth0", "02:00:00:00:00:01" as MacAddress));
    assert.ok(!isVirtualLink("gp6-7-eth0", undefined));
  });
});

function hex(frame: Parameters<typeof encodeMulticastFrame>[0]): string {
  const text = Buffer.from(encodeMulticastFrame(frame)).toString("hex");
  return [text.slice(0, 12), text.slice(12, 24), text.slice(24, 28), text.slice(28)].join(" ");
}
