import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { primaryAddress } from "#linux/netlink/primary-address.ts";
import { ipAddress, leasedAddress, ownAddress } from "./fixtures.ts";

describe("the primary address of an interface", () => {
  test("is the host's own, also when a lease stands before it", () => {
    assert.equal(primaryAddress([leasedAddress, ownAddress], 2), "192.0.2.1");
  });

  test("is no secondary one", () => {
    const secondary = { ...ownAddress, address: ipAddress("192.0.2.9"), flags: 0x81 };
    assert.equal(primaryAddress([secondary, ownAddress], 2), "192.0.2.1");
  });

  test("may be link-local, but not of the host alone", () => {
    const local = { ...ownAddress, scope: 254 };
    const linkLocal = { ...ownAddress, address: ipAddress("169.254.1.1"), scope: 253 };
    assert.equal(primaryAddress([local, linkLocal], 2), "169.254.1.1");
  });

  test("is none on another interface, and with leases alone", () => {
    assert.equal(primaryAddress([leasedAddress, ownAddress], 3), undefined);
    assert.equal(primaryAddress([leasedAddress], 2), undefined);
  });
});
