import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type AddressPrefix,
  compareIpAddresses,
  familyOf,
  type IpAddress,
  ipAddressFromBytes,
  ipAddressToBytes,
  isIpv6LinkLocal,
  parseIpAddress,
  prefixContains,
} from "#base/ip-address.ts";

const address = (text: string) => text as IpAddress;

/** "2001:db8::/32" without a look at whether it is an address of a host. */
function prefix(text: string): AddressPrefix {
  const [host = "", length] = text.split("/");
  return { address: address(host), prefixLength: Number(length) };
}

describe("the text of an IPv6 address", () => {
  const spellings: readonly [canonical: string, ...others: string[]][] = [
    ["2001:db8::1", "2001:db8:0:0:0:0:0:1", "2001:0DB8::0001", "2001:DB8:0:0::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8::1:1:1:1:1"], // RFC 5952, 4.2.2: one group is not shortened
    ["2001:0:0:1::1", "2001:0:0:1:0:0:0:1", "2001::1:0:0:0:1"], // 4.2.3: the longest run
    ["2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1", "2001:db8:0:0:1::1"], // 4.2.3: the first of equals
    ["::", "0:0:0:0:0:0:0:0", "0::0"],
    ["::1", "0:0:0:0:0:0:0:1"],
    ["fe80::", "FE80:0:0:0:0:0:0:0", "fe80::0"],
    ["1:2:3:4:5:6:7:8"],
    ["0:1::", "0:1:0:0:0:0:0:0"],
    ["1:2:3:4:5:6::", "1:2:3:4:5:6:0:0"],
  ];
  for (const [canonical, ...others] of spellings) {
    test(`${canonical} is one string, however it was written`, () => {
      for (const text of [canonical, ...others]) assert.equal(parseIpAddress(text), canonical);
    });
  }

  const malformed = `
    1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1::2::3 ::: :1:2:3:4:5:6:7:8 1: 1:2:3:4:5:6:7:8:: ::1:2:3:4:5:6:7:8
    12345:: g:: 1::-1 : fe80::1%eth0 fe80::1/64 64:ff9b::192.0.2.1 [::1] 0x1:: ::ffff:192.0.2.1
    ::ffff:c000:201 0:0:0:0:0:ffff:c000:201`;
  for (const text of [...malformed.trim().split(/\s+/), "::1 ", " ::1"]) {
    test(`"${text}" is refused`, () => assert.equal(parseIpAddress(text), undefined));
  }
});

describe("the text of an IPv4 address", () => {
  test("is dotted decimal without leading zeros, and nothing else", () => {
    assert.equal(parseIpAddress("192.0.2.255"), "192.0.2.255");
    for (const text of ["192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1.1", "", "1.2.3.", "x"]) {
      assert.equal(parseIpAddress(text), undefined, text);
    }
  });
});

describe("the bytes of an address", () => {
  test("are in network order, and come back from anywhere in a message", () => {
    const bytes = ipAddressToBytes(address("2001:db8::aa"));
    assert.equal(Buffer.from(bytes).toString("hex"), "20010db80000000000000000000000aa");
    const message = Uint8Array.from([9, 9, ...bytes, 9]);
    assert.equal(ipAddressFromBytes(message, 2, "ipv6"), "2001:db8::aa");
    assert.equal(ipAddressFromBytes(Uint8Array.of(9, 192, 0, 2, 1), 1), "192.0.2.1");
  });
});

describe("the order of addresses", () => {
  test("is that of unsigned numbers in network order", () => {
    const ascending =
      "9.255.255.255 10.0.0.9 10.0.0.10 128.0.0.0 223.0.0.0 ::1 2001:db8::9 2001:db8::10 fe80::1 fe80::8000:0:0:0 fe80:0:0:1::"
        .split(" ")
        .map(address);
    assert.deepEqual(ascending.toReversed().toSorted(compareIpAddresses), ascending);
    assert.equal(compareIpAddresses(address("fe80::1"), address("fe80::1")), 0);
  });
});

describe("what an address is", () => {
  test("is seen from its text", () => {
    assert.equal(familyOf(address("192.0.2.1")), "ipv4");
    assert.equal(familyOf(address("::")), "ipv6");
    for (const text of ["fe80::", "fe80::1", "febf:1::1"])
      assert.ok(isIpv6LinkLocal(address(text)));
    for (const text of ["fec0::1", "fe7f::1", "fe8::1", "2001:db8:fe80::1", "169.254.1.1"]) {
      assert.ok(!isIpv6LinkLocal(address(text)), text);
    }
  });
});

describe("a prefix", () => {
  const cases: readonly [prefix: string, inside: string[], outside: string[]][] = [
    ["192.0.2.7/24", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0", "192.0.1.255", "::c000:207"]],
    ["192.0.2.7/29", ["192.0.2.0", "192.0.2.7"], ["192.0.2.8"]],
    ["192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]],
    ["2001:db8::1/64", ["2001:db8::", "2001:db8::ffff:0:0:1"], ["2001:db8:0:1::", "192.0.2.1"]],
    ["2001:db8::/61", ["2001:db8:0:7::1"], ["2001:db8:0:8::1"]],
    ["2001:db8::1/128", ["2001:db8::1"], ["2001:db8::"]],
    ["::/0", ["ffff::", "::"], ["0.0.0.0"]],
  ];
  for (const [text, inside, outside] of cases) {
    test(`${text} holds what it should and nothing of the other family`, () => {
      for (const each of inside) assert.ok(prefixContains(prefix(text), address(each)), each);
      for (const each of outside) assert.ok(!prefixContains(prefix(text), address(each)), each);
    });
  }
});
