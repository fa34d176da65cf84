import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { conflictsWith } from "#vrrp/address-conflict.ts";
import type { ArpMessage } from "#vrrp/arp.ts";

const address = "192.0.2.100" as IpAddress;
const ownMac = "02:00:00:00:00:01" as MacAddress;
const otherMac = "02:00:00:00:00:02" as MacAddress;
const claim = { address, ownMac };

const announcement: ArpMessage = {
  operation: "request",
  senderMac: otherMac,
  senderAddress: address,
  targetMac: otherMac,
  targetAddress: address,
};

const probe: ArpMessage = { ...announcement, senderAddress: "0.0.0.0" as IpAddress };

describe("address conflict (RFC 5227)", () => {
  test("another host that sends as the address conflicts, by request and by reply", () => {
    assert.equal(conflictsWith(announcement, claim), otherMac);
    assert.equal(conflictsWith({ ...announcement, operation: "reply" }, claim), otherMac);
  });

  test("our own announcement that comes back does not conflict", () => {
    assert.equal(conflictsWith({ ...announcement, senderMac: ownMac }, claim), undefined);
  });

  test("a question for the address and a use of another address do not conflict", () => {
    const other = "192.0.2.1" as IpAddress;
    assert.equal(conflictsWith({ ...announcement, senderAddress: other }, claim), undefined);
    assert.equal(conflictsWith(probe, claim), undefined);
  });
});
