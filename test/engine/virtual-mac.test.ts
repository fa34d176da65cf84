import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seconds } from "#base/time.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { virtualLinkOf } from "#vrrp/virtual-mac.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, referenceLeg } from "../support/vrrp-fixtures.ts";

const virtualLink = virtualLinkOf("ipv4", referenceLeg.vrid, "eth0");
const { name, mac } = virtualLink;
const virtualAddress = ip("172.16.178.137");

const settings: EngineSettings = {
  ...engineSettings,
  routers: [{ ...routerSettings, legs: [{ ...referenceLeg, virtualLink }] }],
};

function linkOf(host: SimulatedHost) {
  const link = host.links.get(name);
  assert.ok(link, `${name} is there`);
  return link;
}

describe("a Virtual Router with a virtual MAC address", () => {
  test("has its interface before it takes part, and sets it up when it is Active", () => {
    const host = new SimulatedHost(settings).start();
    assert.equal(host.role, "backup");
    assert.equal(linkOf(host).up, false);
    host.pass(3700);
    assert.equal(host.role, "active");
    assert.equal(linkOf(host).up, true);
    assert.equal(host.leases.get(virtualAddress)?.interfaceIndex, linkOf(host).index);
  });

  test("speaks with it alone: Advertisements and gratuitous ARP", () => {
    const host = new SimulatedHost(settings).startActive();
    assert.ok(host.sent.length > 0 && host.announced.length > 0);
    assert.equal(host.sourceMacs.length, host.sent.length + host.announced.length);
    assert.deepEqual(new Set(host.sourceMacs), new Set([mac]));
  });

  test("sets it down when another takes over, and keeps it", () => {
    const host = new SimulatedHost(settings).startActive().hear({ priority: 200 });
    assert.equal(host.role, "backup");
    assert.equal(linkOf(host).up, false);
    assert.equal(host.leases.size, 0);
  });

  test("waits until its interface is made", () => {
    const host = new SimulatedHost(settings);
    host.holdVirtualLinks = true;
    host.start().pass(20_000);
    assert.equal(host.role, "initialize");
    assert.match(host.engine.routers[0]?.pending ?? "", /gp4-51-eth0 is being made/);
    host.makeVirtualLinks();
    assert.equal(host.role, "backup");
  });

  test("lets start_delay run while its interface is being made", () => {
    const routers = settings.routers.map((each) => ({ ...each, startDelay: seconds(30) }));
    const host = new SimulatedHost({ ...settings, routers });
    host.holdVirtualLinks = true;
    host.start().pass(20_000).makeVirtualLinks();
    assert.equal(host.pass(9999).role, "initialize");
    assert.equal(host.pass(1).role, "backup");
  });

  test("is in fault when it cannot be made, and tries again", () => {
    const host = new SimulatedHost(settings);
    host.virtualLinkFailure = "Operation not permitted";
    host.start();
    assert.equal(host.role, "fault");
    assert.match(host.reason, /virtual MAC address cannot be used: Operation not permitted/);
    host.virtualLinkFailure = undefined;
    host.pass(10_000);
    assert.equal(host.role, "backup");
  });

  test("gives up the role when its interface goes, and has it made again", () => {
    const host = new SimulatedHost(settings).startActive();
    const { index } = linkOf(host);
    host.changeLink(name, undefined);
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.notEqual(linkOf(host).index, index);
    assert.equal(host.role, "backup");
    host.pass(3700);
    assert.equal(host.role, "active");
    assert.equal(host.leases.get(virtualAddress)?.interfaceIndex, linkOf(host).index);
  });

  test("sets up again at once what somebody sets down", () => {
    const host = new SimulatedHost(settings).startActive();
    host.changeLink(name, { up: false });
    assert.equal(linkOf(host).up, true);
    assert.equal(host.role, "active");
  });

  test("gives up the role when the kernel's settings cannot be kept", () => {
    const host = new SimulatedHost(settings).startActive();
    host.virtualLinkFailure = "cannot set net/ipv4/conf/eth0/arp_ignore=1";
    host.pass(10_000);
    assert.equal(host.role, "fault");
    assert.match(host.reason, /arp_ignore/);
    assert.equal(linkOf(host).up, false);
  });

  test("takes an Active Router with the same MAC address for no address conflict", () => {
    const host = new SimulatedHost(settings).startActive().pass(5000);
    host.claim(virtualAddress, mac);
    assert.ok(!host.conditions.includes("address-conflict"));
    host.claim(virtualAddress);
    assert.ok(host.conditions.includes("address-conflict"));
  });

  test("leases a link-local address with the route by which it answers, and no other so", () => {
    const addresses = ["fe80::33", "2001:db8::1"].map((text) => {
      return { address: ip(text), prefixLength: 128 };
    });
    const link = virtualLinkOf("ipv6", referenceLeg.vrid, "eth0");
    const leg = { ...referenceLeg, addresses, virtualLink: link };
    const host = new SimulatedHost({
      ...engineSettings,
      routers: [{ ...routerSettings, legs: [leg] }],
    }).startActive();
    const leased = addresses.map(({ address }) => host.leases.get(address));
    assert.deepEqual(
      leased.map((lease) => [lease?.prefix.prefixLength, lease?.prefixRoute ?? false]),
      [
        [64, true],
        [128, false],
      ],
    );
    assert.deepEqual(new Set(host.sourceMacs), new Set(["00:00:5e:00:02:33"]));
  });
});
