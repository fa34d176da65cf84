import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import { instant } from "#base/time.ts";
import { decodeArp } from "#vrrp/packets/arp.ts";
import { decodeNeighbor } from "#vrrp/packets/decode-neighbor.ts";
import type { LegParameters } from "#vrrp/virtual-router.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, localAddress, peerAddress, referenceLeg } from "../support/vrrp-fixtures.ts";

const linkLocal = ip("fe80::33");
const global = ip("2001:db8::137");
const own = ip("fe80::138");
const peer = ip("fe80::136");
const virtual4 = ip("172.16.178.137");
const ipv6Leg: LegParameters = {
  ...referenceLeg,
  id: "web ipv6",
  addresses: [linkLocal, global].map((address) => ({ address, prefixLength: 128 })),
};

function hostWith(...legs: LegParameters[]): SimulatedHost {
  return new SimulatedHost({ ...engineSettings, routers: [{ ...routerSettings, legs }] });
}

const addresses: readonly IpAddress[] = ipv6Leg.addresses.map(({ address }) => address);

describe("a virtual router of IPv6", () => {
  test("becomes Active, advertises to ff02::12 and announces each address", () => {
    const host = hostWith(ipv6Leg).startActive();
    assert.equal(host.role, "active");
    assert.deepEqual([...host.leases.keys()], addresses);
    assert.deepEqual(host.sent.at(-1)?.addresses, addresses);
    assert.equal(host.destinations.at(-1), "ff02::12");
    const announced = host.frames.map((frame) => decodeNeighbor(frame));
    assert.deepEqual(
      announced.map((message) => message?.target),
      Array.from({ length: 5 }, () => [linkLocal, global]).flat(),
    );
    assert.ok(announced.every((message) => message?.type === "advertisement"));
  });

  test("asks after the second burst who else has the addresses, without claiming them", () => {
    const host = hostWith(ipv6Leg).startActive();
    host.frames.length = 0;
    host.pass(5000);
    const asked = host.frames.map((frame) => decodeNeighbor(frame)).slice(-2);
    assert.deepEqual(
      asked.map((message) => [message?.type, message?.source, message?.target]),
      [
        ["solicitation", "::", linkLocal],
        ["solicitation", "::", global],
      ],
    );
  });

  test("gives way to a higher address at the same priority, compared without a sign", () => {
    const lower = hostWith(ipv6Leg).startActive().hear({ addresses }, ip("fe80::137"));
    assert.equal(lower.role, "active");
    const higher = hostWith(ipv6Leg).startActive().hear({ addresses }, ip("fe80:0:0:8000::"));
    assert.equal(higher.role, "backup");
    assert.equal(higher.leases.size, 0);
  });

  test("does not start before there is a link-local address that can be used", () => {
    const host = hostWith(ipv6Leg);
    host.linkLocalAddress = undefined;
    host.start().pass(10_000);
    assert.equal(host.role, "fault");
    assert.match(host.reason, /link-local/);
    assert.deepEqual(host.conditions, ["no-primary-address"]);
    host.linkLocalAddress = own;
    host.changeLink("eth0", {}).pass(3700);
    assert.equal(host.role, "active");
  });

  test("waits, without an alarm, while its link-local address is tentative", () => {
    const host = hostWith(ipv6Leg);
    host.linkLocalAddress = undefined;
    host.isTentative = true;
    host.start().pass(1500);
    assert.equal(host.role, "initialize");
    assert.deepEqual([host.conditions, host.mails], [[], []]);
    assert.match(host.engine.routers[0]?.pending ?? "", /link-local address of eth0/);
    host.linkLocalAddress = own;
    host.changeLink("eth0", {}).pass(3700);
    assert.equal(host.role, "active");
  });

  test("gives up its role when its link-local address becomes tentative", () => {
    const host = hostWith(ipv6Leg).startActive();
    host.linkLocalAddress = undefined;
    host.isTentative = true;
    host.changeLink("eth0", {});
    assert.equal(host.role, "fault");
    assert.equal(host.leases.size, 0);
  });

  test("that another host has the link-local address is a fault", () => {
    const host = hostWith(ipv6Leg);
    host.linkLocalAddress = undefined;
    host.isTentative = true;
    host.start();
    host.isTentative = false;
    host.changeLink("eth0", {});
    assert.equal(host.role, "fault");
    assert.deepEqual(host.conditions, ["no-primary-address"]);
  });

  test("needs no IPv4 address", () => {
    const host = hostWith(ipv6Leg);
    host.primaryAddress = undefined;
    assert.equal(host.startActive().role, "active");
  });

  test("speaks to its peers by unicast, and hears them as far away as they may be", () => {
    const near = { address: peer, minTtl: 255, maxTtl: 255 };
    const host = hostWith({ ...ipv6Leg, peers: [near] }).start();
    const way = { source: peer, destination: own } as const;
    host.hearPacket({ ...way, ttl: 254 }, { addresses, priority: 200 }).pass(3700);
    assert.equal(host.role, "active");
    assert.equal(host.engine.receiver.dropped.get("time-to-live"), 1);
    assert.equal(host.destinations.at(-1), peer);
    host.hear({ addresses, priority: 200 }, peer);
    assert.equal(host.role, "active", "multicast is not for it");
    host.hearPacket({ ...way, ttl: 255 }, { addresses, priority: 200 });
    assert.equal(host.role, "backup");
  });

  test("does not hear IPv4 of the same VRID", () => {
    const host = hostWith(ipv6Leg).start();
    host.pass(3000).hear({ priority: 200 }).pass(700);
    assert.equal(host.role, "active");
    assert.equal(host.engine.receiver.dropped.get("unknown-vrid"), 1);
  });

  test("counts packets with another Hop Limit than 255", () => {
    const host = hostWith(ipv6Leg).start();
    host.hearPacket({ source: peer, ttl: 254 }, { addresses, priority: 200 });
    assert.equal(host.engine.receiver.dropped.get("time-to-live"), 1);
  });

  test("reports a host that claims an address, and a reflection of its own word as such", () => {
    const host = hostWith(ipv6Leg).startActive().pass(3000).claim(global);
    assert.deepEqual(host.conditions, ["address-conflict"]);
    const mirrored = hostWith(ipv6Leg).startActive().hear({ addresses }, own);
    assert.equal(mirrored.role, "active");
    assert.equal(mirrored.engine.receiver.dropped.get("own-address"), 1);
  });
});

describe("a virtual router of both families", () => {
  const both = () => hostWith(referenceLeg, ipv6Leg);

  test("takes and gives up all addresses in one move", () => {
    const host = both().startActive();
    assert.deepEqual([...host.leases.keys()], [virtual4, ...addresses]);
    assert.deepEqual(host.destinations.slice(-2), ["224.0.0.18", "ff02::12"]);
    assert.ok(host.frames.some((frame) => decodeArp(frame) !== undefined));
    assert.ok(host.frames.some((frame) => decodeNeighbor(frame) !== undefined));
    host.hear({ priority: 200, addresses }, peer);
    assert.equal(host.role, "backup");
    assert.equal(host.leases.size, 0);
    assert.deepEqual(
      host.destinations.slice(-2),
      ["224.0.0.18", "ff02::12"],
      "the last word goes out on both",
    );
  });

  test("stays Backup while it hears the Active Router on one of them", () => {
    const host = both().start();
    for (let second = 0; second < 10; second++) {
      host.hear({ priority: 200, addresses }, peer).pass(1000);
    }
    assert.equal(host.role, "backup");
    host.pass(3000);
    assert.equal(host.role, "active");
  });

  test("decides between equal priorities by the IPv4 addresses alone", () => {
    const host = both().startActive();
    host.hear({ addresses }, ip("fe80::ffff"));
    assert.equal(host.role, "active", "the higher IPv6 address does not count");
    host.hear({}, ip("172.16.178.200"));
    assert.equal(host.role, "backup");
  });

  test("is in fault when one of them has no address to send from", () => {
    const host = both().startActive();
    host.linkLocalAddress = undefined;
    host.changeLink("eth0", {});
    assert.equal(host.role, "fault");
    assert.equal(host.leases.size, 0);
  });

  test("shows the addresses of both in its status", () => {
    const host = both().startActive();
    const daemon = { version: "0", pid: 1, startedAt: instant(0) };
    const { virtual_routers: routers, interfaces } = takeSnapshot(host.engine, daemon);
    assert.deepEqual(routers[0]?.addresses, [
      { address: "172.16.178.137/32", interface: "eth0", present: true, accepts: true },
      { address: "fe80::33/128", interface: "eth0", present: true, accepts: true },
      { address: "2001:db8::137/128", interface: "eth0", present: true, accepts: true },
    ]);
    assert.equal(routers.length, 1);
    assert.deepEqual(interfaces[0]?.primary_addresses, [localAddress, own]);
    assert.equal(routers[0].advertisements.sent, 2);
  });

  test("tells hosts where it is again in both families when its link is back", () => {
    const host = both().startActive().hear({ priority: 200 }, peerAddress);
    host.frames.length = 0;
    host.changeLink("eth0", { carrier: false }).changeLink("eth0", { carrier: true });
    const told = host.frames.map(
      (frame) => decodeArp(frame)?.senderAddress ?? decodeNeighbor(frame)?.target,
    );
    assert.deepEqual(told, [localAddress, own]);
  });
});
