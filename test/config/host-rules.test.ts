import assert from "node:assert/strict";
import { test } from "node:test";

import type { IpAddress } from "#base/ip-address.ts";
import { checkAgainstHost } from "#config/rules/host-rules.ts";
import type { HostInterface } from "#config/rules/host-rules.ts";

import { lines, parseGood, shortest } from "./documents.ts";

function link(name: string, address: string, prefixLength: number): HostInterface {
  return { name, addresses: [{ address: address as IpAddress, prefixLength }] };
}

test("an address within a subnet of its interface is right", () => {
  assert.deepEqual(checkAgainstHost(parseGood(shortest), [link("eth0", "192.0.2.1", 24)]), []);
});

test("an address in no subnet of its interface is an error", () => {
  const issues = checkAgainstHost(parseGood(shortest), [link("eth0", "198.51.100.1", 24)]);
  assert.deepEqual(lines(issues), [
    "6:17: virtual_routers[0].addresses[0]: found 192.0.2.10/32, which is in no subnet of eth0 (198.51.100.1/24); accepted: an address of its subnets, or one with a prefix of its own",
  ]);
});

test("the virtual address itself, there while this host is Active, is no subnet", () => {
  const issues = checkAgainstHost(parseGood(shortest), [link("eth0", "192.0.2.10", 32)]);
  assert.deepEqual(lines(issues), [
    "6:17: warning: virtual_routers[0].addresses[0]: eth0 has no IPv4 address now, so no subnet to check this against",
  ]);
});

test("an address that brings its own subnet is a warning", () => {
  const located = parseGood(shortest.replace("192.0.2.10", "192.0.2.10/24"));
  const issues = checkAgainstHost(located, [link("eth0", "198.51.100.1", 24)]);
  assert.deepEqual(lines(issues), [
    "6:17: warning: virtual_routers[0].addresses[0]: found 192.0.2.10/24, which is in no subnet of eth0 (198.51.100.1/24); it brings its own",
  ]);
});

test("an interface that is not there may come later: a warning", () => {
  const located = parseGood(`${shortest}    track: {interfaces: [{name: eth7}]}\n`);
  const issues = checkAgainstHost(located, [{ name: "lo", addresses: [] }]);
  assert.deepEqual(lines(issues), [
    '5:16: warning: virtual_routers[0].interface: this host has no interface "eth0" now; it has: lo',
    '7:33: warning: virtual_routers[0].track.interfaces[0].name: this host has no interface "eth7" now; it has: lo',
  ]);
});

const dualStack: HostInterface = {
  name: "eth0",
  addresses: [
    ...link("eth0", "192.0.2.1", 24).addresses,
    ...link("eth0", "2001:db8::1", 64).addresses,
    ...link("eth0", "fe80::1", 64).addresses,
  ],
};

function checkIpv6(addresses: string, host: HostInterface) {
  return lines(checkAgainstHost(parseGood(shortest.replace("192.0.2.10", addresses)), [host]));
}

test("an IPv6 address is held against the subnets of its own family", () => {
  assert.deepEqual(checkIpv6("192.0.2.10, fe80::33, 2001:db8::10", dualStack), []);
  assert.deepEqual(checkIpv6("fe80::33, 2001:db8:5::10, 2001:db8:5::11/64", dualStack), [
    "6:27: virtual_routers[0].addresses[1]: found 2001:db8:5::10/128, which is in no subnet of eth0 (2001:db8::1/64); accepted: an address of its subnets, or one with a prefix of its own",
    "6:43: warning: virtual_routers[0].addresses[2]: found 2001:db8:5::11/64, which is in no subnet of eth0 (2001:db8::1/64); it brings its own",
  ]);
});

test("an interface without IPv6 may get it later: warnings", () => {
  assert.deepEqual(checkIpv6("fe80::33, 2001:db8::10", link("eth0", "192.0.2.1", 24)), [
    "6:17: warning: virtual_routers[0].addresses[0]: eth0 has no link-local address now, and Advertisements over IPv6 need one",
    "6:27: warning: virtual_routers[0].addresses[1]: eth0 has no global IPv6 address now, so no subnet to check this against",
  ]);
});

test("a virtual link-local address, there while this host is Active, is none of the host's own", () => {
  const [said = ""] = checkIpv6("fe80::33", link("eth0", "fe80::33", 128));
  assert.match(said, /no link-local address now/);
});

test("an address on another interface is compared with that one's subnets", () => {
  const map = "{address: 198.51.100.10, interface: eth1}, {address: 192.0.2.11, interface: eth7}";
  const located = parseGood(shortest.replace("192.0.2.10", map));
  const host = [link("eth0", "192.0.2.1", 24), link("eth1", "198.51.100.1", 24)];
  assert.deepEqual(lines(checkAgainstHost(located, host)), [
    '6:93: warning: virtual_routers[0].addresses[1].interface: this host has no interface "eth7" now; it has: eth0, eth1',
  ]);
});

test("a scope beside another one in the same subnet is a warning", () => {
  const map = "{address: 192.0.2.10/24, scope: link}, {address: 192.0.2.11, scope: link}";
  const located = parseGood(shortest.replace("192.0.2.10", map));
  assert.deepEqual(lines(checkAgainstHost(located, [link("eth0", "192.0.2.1", 24)])), [
    "6:49: warning: virtual_routers[0].addresses[0].scope: the kernel refuses scope link beside 192.0.2.1/24, unless that has it too; /32 helps",
  ]);
});

test("a gateway of a route that is in no subnet may come into reach later: a warning", () => {
  const routes =
    "[{to: default, via: 192.0.2.254}, {to: 10.0.0.0/8, via: 10.1.0.1, interface: eth7}]";
  const located = parseGood(`${shortest}    routes: ${routes}\n`);
  const elsewhere = routes.replace("192.0.2.254", "198.51.100.254");
  const host = [link("eth0", "192.0.2.1", 24)];
  const absent =
    'virtual_routers[0].routes[1].interface: this host has no interface "eth7" now; it has: eth0';
  assert.deepEqual(lines(checkAgainstHost(located, host)), [`7:90: warning: ${absent}`]);
  assert.deepEqual(
    lines(checkAgainstHost(parseGood(`${shortest}    routes: ${elsewhere}\n`), host)),
    [
      "7:33: warning: virtual_routers[0].routes[0].via: 198.51.100.254 is in no subnet of this host now",
      `7:93: warning: ${absent}`,
    ],
  );
});
