import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { awaitsPrimaryAddress, primaryAddress } from "#linux/netlink/primary-address.ts";
import { ipAddress, leasedAddress, ownAddress } from "./fixtures.ts";

describe("the primary address of an interface", () => {
  test("is the host's own, also when a lease stands before it", () => {
    assert.equal(primaryAddress([leasedAddress, ownAddress], 2, "ipv4"), "192.0.2.1");
  });

  test("is no secondary one", () => {
    const secondary = { ...ownAddress, address: ipAddress("192.0.2.9"), flags: 0x81 };
    assert.equal(primaryAddress([secondary, ownAddress], 2, "ipv4"), "192.0.2.1");
  });

  test("may be link-local, but not of the host alone", () => {
    const local = { ...ownAddress, scope: 254 };
    const linkLocal = { ...ownAddress, address: ipAddress("169.254.1.1"), scope: 253 };
    assert.equal(primaryAddress([local, linkLocal], 2, "ipv4"), "169.254.1.1");
  });

  test("is none on another interface, and with leases alone", () => {
    assert.equal(primaryAddress([leasedAddress, ownAddress], 3, "ipv4"), undefined);
    assert.equal(primaryAddress([leasedAddress], 2, "ipv4"), undefined);
  });

  describe("over IPv6", () => {
    const own = { ...ownAddress, address: ipAddress("fe80::1"), prefixLength: 64, scope: 253 };
    const lease = { ...own, address: ipAddress("fe80::33"), protocol: 112 };
    const global = { ...own, address: ipAddress("2001:db8::1"), scope: 0 };

    test("is link-local, and no lease", () => {
      const all = [ownAddress, lease, global, own];
      assert.equal(primaryAddress(all, 2, "ipv6"), "fe80::1");
      assert.equal(primaryAddress(all, 2, "ipv4"), "192.0.2.1");
      assert.equal(primaryAddress([ownAddress, lease, global], 2, "ipv6"), undefined);
    });

    test("is none of which it is not certain that nobody else has it", () => {
      for (const flags of [0x40, 0x08, 0xc0]) {
        assert.equal(primaryAddress([{ ...own, flags }], 2, "ipv6"), undefined);
      }
    });

    test("is awaited while it is tentative, and no longer when another host has it", () => {
      assert.equal(awaitsPrimaryAddress([{ ...own, flags: 0x40 }], 2), true);
      assert.equal(awaitsPrimaryAddress([{ ...own, flags: 0x40 }], 3), false);
      assert.equal(awaitsPrimaryAddress([{ ...own, flags: 0x48 }], 2), false);
      assert.equal(awaitsPrimaryAddress([{ ...global, flags: 0x40 }, own], 2), false);
    });
  });
});
