import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import { packetFilterRules } from "#linux/packet-filter/rules.ts";

function linesFor(...addresses: string[]): string[] {
  const refused = addresses.map((address) => {
    return { address: address as IpAddress, interfaceName: "eth0" };
  });
  return packetFilterRules(refused)
    .split("\n")
    .map((line) => line.trim());
}

describe("the rules against packets that are not accepted", () => {
  test("name every address once, by family", () => {
    const lines = linesFor("192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.1");
    assert.ok(lines.includes("ip daddr { 192.0.2.1, 192.0.2.2 } counter drop"), lines.join("\n"));
    assert.ok(lines.includes("ip6 daddr { 2001:db8::1 } counter drop"), lines.join("\n"));
  });

  test("mean a link-local address on its own interface only", () => {
    const lines = linesFor("fe80::51");
    assert.ok(lines.includes('iifname "eth0" ip6 daddr { fe80::51 } counter drop'));
    assert.ok(!lines.some((line) => line.startsWith("ip6 daddr")));
  });

  test("let Neighbor Discovery through before anything else", () => {
    const [, , , first] = linesFor("fe80::51", "192.0.2.1");
    assert.equal(first, "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept");
  });
});
