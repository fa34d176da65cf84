import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeCondition } from "#alerts/conditions.ts";
import { instant, seconds } from "#base/time.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import type { LegParameters } from "#vrrp/virtual-router.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import {
  ip,
  localAddress,
  peerAddress,
  reference,
  referenceLeg,
} from "../support/vrrp-fixtures.ts";

const daemon = { version: "1", pid: 1, startedAt: instant(0) };
const virtualAddress = ip("172.16.178.137");
const mailAddress = ip("172.16.178.140");
const mailLeg: LegParameters = {
  ...referenceLeg,
  id: "mail",
  router: "mail",
  vrid: 52,
  addresses: [{ address: mailAddress, prefixLength: 32 }],
};
const mailRouter = { ...routerSettings, name: "mail", legs: [mailLeg] };

describe("a host alone", () => {
  test("becomes Active after the Active_Down_Interval, with its address, in this order", () => {
    const host = new SimulatedHost().start();
    assert.equal(host.role, "backup");
    host.pass(3609);
    assert.equal(host.role, "backup");
    host.pass(1);
    assert.equal(host.role, "active");
    assert.ok(host.leases.has(virtualAddress));
    assert.equal(host.sent.at(-1)?.priority, 100);
    assert.equal(host.announced.length, 5);
    host.pass(5000);
    assert.equal(host.announced.length, 10 + 1, "the second burst ends with a question");
  });

  test("tells each transition by mail and hook, with the reason", () => {
    const host = new SimulatedHost().startActive();
    assert.deepEqual(
      host.mails.map(({ subject }) => subject),
      [
        "[gatepair gw1] web: Initialize -> Backup: nothing tracked has failed",
        "[gatepair gw1] web: Backup -> Active: no Advertisement heard for 3.61 s",
      ],
    );
    assert.equal(host.hooks.length, 1);
    assert.deepEqual(host.hooks[0]?.command, ["/hook/active"]);
    assert.equal(host.hooks[0]?.facts.from, "backup");
    assert.equal(host.hooks[0]?.facts.reasonCode, "active-router-silent");
  });

  test("stops in order: the address first, then priority 0", async () => {
    const host = new SimulatedHost().startActive();
    const stopped = host.engine.untilStopped();
    host.engine.post({ type: "stop", text: "asked to" });
    await stopped;
    assert.equal(host.leases.size, 0);
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.role, "initialize");
    const count = host.sent.length;
    host.pass(10_000);
    assert.equal(host.sent.length, count);
  });
});

describe("the interface", () => {
  test("that goes down is a fault at once, and the way back is Backup", () => {
    const host = new SimulatedHost().startActive().changeLink("eth0", { carrier: false });
    assert.equal(host.role, "fault");
    assert.match(host.reason, /no carrier/);
    assert.equal(host.leases.size, 0);
    assert.deepEqual(host.conditions, ["interface-down"]);
    host.changeLink("eth0", { carrier: true });
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
  });

  test("that is missing at the start is used when it appears", () => {
    const host = new SimulatedHost();
    host.links.delete("eth0");
    host.start();
    assert.equal(host.role, "fault");
    assert.deepEqual(host.conditions, ["interface-missing"]);
    host.addLink("eth0");
    host.engine.post({ type: "network-changed" });
    assert.equal(host.role, "backup");
  });

  test("without an own address cannot be used", () => {
    const host = new SimulatedHost();
    host.primaryAddress = undefined;
    host.start();
    assert.deepEqual(host.conditions, ["no-primary-address"]);
  });

  test("that flaps for less than its down_delay is no fault", () => {
    const interfaceDelays = new Map([["eth0", { up: seconds(2), down: seconds(1) }]]);
    const host = new SimulatedHost({ ...engineSettings, interfaceDelays }).startActive();
    host.changeLink("eth0", { carrier: false }).pass(900).changeLink("eth0", { carrier: true });
    host.pass(5000);
    assert.equal(host.role, "active");
    host.changeLink("eth0", { carrier: false }).pass(1000);
    assert.equal(host.role, "fault");
    host.changeLink("eth0", { carrier: true }).pass(1999);
    assert.equal(host.role, "fault");
    host.pass(1);
    assert.equal(host.role, "backup");
  });

  test("that is tracked lowers the priority as configured", () => {
    const trackInterfaces = [{ name: "eth1", effect: { type: "lower-priority", by: 30 } }] as const;
    const routers = [{ ...routerSettings, trackInterfaces }];
    const host = new SimulatedHost({ ...engineSettings, routers });
    host.addLink("eth1");
    host.startActive().changeLink("eth1", { carrier: false }).pass(1000);
    assert.equal(host.sent.at(-1)?.priority, 70);
    host.changeLink("eth1", { carrier: true }).pass(1000);
    assert.equal(host.sent.at(-1)?.priority, 100);
  });
});

describe("a virtual address", () => {
  test("that somebody removes is back at once, announced, and told", () => {
    const host = new SimulatedHost().startActive();
    const announced = host.announced.length;
    host.removeAddress(virtualAddress);
    assert.ok(host.leases.has(virtualAddress));
    assert.equal(host.announced.length, announced + 1);
    assert.deepEqual(host.conditions, ["address-removed-by-other"]);
    host.pass(15_000);
    assert.deepEqual(host.conditions, []);
  });

  test("that somebody removes again and again comes back with the next renewal", () => {
    const host = new SimulatedHost().startActive();
    host.removeAddress(virtualAddress).removeAddress(virtualAddress);
    assert.equal(host.leases.has(virtualAddress), false);
    host.pass(1000);
    assert.ok(host.leases.has(virtualAddress));
  });

  test("that cannot be added is a fault, tried again after ten seconds", () => {
    const host = new SimulatedHost();
    host.refused.set(virtualAddress, "FOREIGN");
    host.startActive();
    assert.equal(host.role, "fault");
    assert.match(host.reason, /172.16.178.137 cannot be added/);
    assert.equal(host.sent.at(-1)?.priority, 0);
    host.refused.clear();
    host.pass(10_000 + 3700);
    assert.equal(host.role, "active");
  });

  test("that somebody else added here is a fault beforehand: no peer is disturbed", () => {
    const host = new SimulatedHost();
    host.ownAddresses.add(virtualAddress);
    host.startActive();
    assert.equal(host.role, "fault");
    assert.equal(host.reason, "172.16.178.137 is on eth0 already, and Gatepair has not added it");
    assert.deepEqual(host.announced, []);
    assert.deepEqual(new Set(host.sent.map(({ priority }) => priority)), new Set());
    host.ownAddresses.clear();
    host.changeLink("eth0", {});
    assert.equal(host.role, "backup");
  });

  test("that still cannot be added is tried less and less often", () => {
    const host = new SimulatedHost();
    host.refused.set(virtualAddress, "FOREIGN");
    host.startActive();
    host.pass(10_000 + 3700);
    const mails = host.mails.length;
    host.pass(19_000);
    assert.equal(host.role, "fault");
    assert.equal(host.mails.length, mails);
    host.refused.clear();
    host.pass(1000 + 3700);
    assert.equal(host.role, "active");
  });
});

describe("an address that accepts no packets", () => {
  const refused = [{ address: virtualAddress, interfaceName: "eth0" }];

  test("is given up while packets cannot be dropped; others are not", () => {
    const routers = [{ ...routerSettings, refused }, mailRouter];
    const host = new SimulatedHost({ ...engineSettings, routers }).startActive();
    assert.equal(host.role, "active");
    host.engine.post({ type: "packet-filter", failure: "no nft", removedByOther: false });
    assert.equal(host.role, "fault");
    assert.match(host.reason, /cannot be dropped: no nft/);
    assert.deepEqual([...host.leases.keys()], [mailAddress]);
    host.engine.post({ type: "packet-filter", failure: undefined, removedByOther: false });
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
  });

  test("stays when somebody removed the rules and they are back, which is reported", () => {
    const routers = [{ ...routerSettings, refused }];
    const host = new SimulatedHost({ ...engineSettings, routers }).startActive();
    host.engine.post({ type: "packet-filter", failure: undefined, removedByOther: true });
    assert.equal(host.role, "active");
    assert.deepEqual(host.conditions, ["packet-filter-removed-by-other"]);
    const [condition] = host.engine.reporter.conditions;
    assert.ok(condition);
    assert.match(describeCondition(condition), /by someone else: its rules were installed again/);
  });
});

describe("Advertisements", () => {
  test("that cannot be sent three times are a fault, so that the peer is not fought", () => {
    const host = new SimulatedHost().startActive();
    host.sendFailure = "EPERM";
    host.pass(1000);
    assert.equal(host.role, "active");
    assert.ok(host.conditions.includes("send-error"));
    host.pass(2000);
    assert.equal(host.role, "fault");
    assert.equal(host.leases.size, 0);
    host.sendFailure = undefined;
    host.pass(10_000 + 3700);
    assert.equal(host.role, "active");
    assert.deepEqual(host.conditions, []);
  });

  test("of a higher priority make this host Backup", () => {
    const host = new SimulatedHost().startActive().hear({ priority: 200 });
    assert.equal(host.role, "backup");
    assert.equal(host.leases.size, 0);
  });

  test("of a lower priority are the last word of one that gives way, or two Actives", () => {
    const host = new SimulatedHost().start().pass(3610).hear({ priority: 99 });
    assert.deepEqual(host.conditions, []);
    host.pass(1000).hear({ priority: 99 });
    assert.deepEqual(host.conditions, ["two-active-routers"]);
  });

  test("with other addresses are obeyed, and the difference is told", () => {
    const addresses = [virtualAddress, ip("172.16.178.140")];
    const host = new SimulatedHost().start().hear({ priority: 200, addresses });
    host.pass(3600);
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, ["configuration-mismatch"]);
    assert.equal(host.engine.routers[0]?.legs[0]?.counters.received, 1);
  });

  test("with none of our addresses are those of a stranger with our VRID", () => {
    const host = new SimulatedHost().start().hear({ addresses: [ip("10.0.0.1")] });
    const [condition] = host.engine.reporter.conditions;
    assert.equal(condition?.code, "vrid-used-by-stranger");
    assert.equal(condition.detail, `${peerAddress} advertises it for 10.0.0.1`);
  });

  test("of another version are refused, counted and told", () => {
    const host = new SimulatedHost().start().hear({ version: 2, priority: 200 });
    assert.deepEqual(Object.fromEntries(host.engine.receiver.dropped), { "version-mismatch": 1 });
    assert.deepEqual(host.conditions, ["configuration-mismatch"]);
  });

  test("of somebody else's virtual router are counted, no more", () => {
    const host = new SimulatedHost().start().hear({ vrid: 52 });
    host.pass(1000).hear({ vrid: 52 });
    assert.deepEqual(Object.fromEntries(host.engine.receiver.dropped), { "unknown-vrid": 2 });
    assert.deepEqual(host.conditions, []);
    assert.deepEqual(takeSnapshot(host.engine, daemon).foreign_virtual_routers, [
      { interface: "eth0", vrid: 52, address: peerAddress, advertisements: 2, ago: 0 },
    ]);
  });

  test("that anybody in the world may have sent are counted, no more", () => {
    const host = new SimulatedHost().start();
    const way = { source: ip("203.0.113.9"), destination: localAddress, ttl: 254 };
    host
      .hearPacket(way)
      .hearPacket(way, { vrid: 52 })
      .hearPacket(way, { version: 0 as 3 });
    assert.deepEqual(Object.fromEntries(host.engine.receiver.dropped), {
      "wrong-destination": 1,
      "unknown-vrid": 1,
      "unknown-version": 1,
    });
    assert.deepEqual(host.conditions, []);
    assert.deepEqual(takeSnapshot(host.engine, daemon).foreign_virtual_routers, []);
  });

  test("that are damaged are counted, told once, and forgotten after a while", () => {
    const host = new SimulatedHost().start();
    const mails = host.mails.length;
    for (let count = 0; count < 1000; count++) {
      const packet = new Uint8Array(40).fill(count);
      host.engine.post({ type: "packet", interfaceName: "eth0", packet });
    }
    assert.deepEqual(host.conditions, ["bad-packets"]);
    assert.equal(host.mails.length, mails + 1);
    host.pass(15_000);
    assert.deepEqual(host.conditions, []);
  });
});

describe("an operator", () => {
  test("hands over, and takes back", () => {
    const host = new SimulatedHost().startActive();
    const answers: string[] = [];
    const ask = (cancel: boolean) =>
      host.engine.execute({ name: "failover", cancel }, ({ message }) => answers.push(message));
    ask(false);
    assert.equal(host.role, "backup");
    host.hear({ priority: 99 }).pass(3000);
    assert.equal(host.role, "backup");
    ask(false);
    ask(true);
    host.pass(3700);
    assert.equal(host.role, "active");
    assert.deepEqual(answers, [
      "web: handed over",
      "this host is not Active",
      "web: may preempt again",
    ]);
  });

  test("is told that there is no nginx to start", () => {
    const host = new SimulatedHost().start();
    host.engine.execute({ name: "nginx", operation: "start" }, (result) => {
      assert.deepEqual(result, { ok: false, message: "the configuration has no nginx section" });
    });
  });
});

test("each virtual router of one host has its own role", () => {
  const routers = [routerSettings, mailRouter];
  const host = new SimulatedHost({ ...engineSettings, routers }).startActive();
  host.hear({ vrid: 52, priority: 200 });
  assert.deepEqual(
    host.engine.routers.map(({ state }) => state.role),
    ["active", "backup"],
  );
  assert.deepEqual([...host.leases.keys()], [virtualAddress]);
});

describe("two legs of one unit", () => {
  const second: LegParameters = {
    ...referenceLeg,
    id: "lan",
    router: "lan",
    vrid: 61,
    interfaceName: "eth1",
    addresses: [{ address: ip("10.0.0.1"), prefixLength: 32 }],
  };
  const routers = [{ ...routerSettings, name: "gateway", legs: [referenceLeg, second] }];

  function start(): SimulatedHost {
    const host = new SimulatedHost({ ...engineSettings, routers });
    host.addLink("eth1");
    return host.start();
  }

  test("become Active together, each with its own VRID and addresses", () => {
    const host = start().pass(3700);
    assert.deepEqual(
      host.sent.slice(0, 2).map(({ vrid, addresses }) => `${vrid} ${addresses.join()}`),
      ["51 172.16.178.137", "61 10.0.0.1"],
    );
    assert.deepEqual([...host.leases.keys()], [virtualAddress, ip("10.0.0.1")]);
    assert.deepEqual(
      host.hooks.map(({ facts }) => facts.router),
      ["web", "lan"],
    );
  });

  test("stay Backup while the Active Router is heard on one of them", () => {
    const host = start();
    for (let count = 0; count < 20; count++) {
      host.hear({ vrid: 61, priority: 200 }, peerAddress, "eth1").pass(1000);
    }
    assert.equal(host.role, "backup");
  });

  test("give way together, and fail together", () => {
    const host = start().pass(3700).hear({ vrid: 61, priority: 200 }, peerAddress, "eth1");
    assert.equal(host.role, "backup");
    assert.equal(host.leases.size, 0);
    host.pass(3700);
    assert.equal(host.role, "active");
    host.changeLink("eth1", { carrier: false });
    assert.equal(host.role, "fault");
    assert.deepEqual(
      host.sent.slice(-2).map(({ vrid, priority }) => [vrid, priority]),
      [
        [51, 0],
        [61, 0],
      ],
    );
  });

  test("decide between equal priorities by the addresses of the first alone", () => {
    const higher = ip("172.16.178.200");
    const host = start().pass(3700).hear({ vrid: 61 }, higher, "eth1");
    assert.equal(host.role, "active");
    host.hear({}, higher);
    assert.equal(host.role, "backup");
  });

  test("decide by the addresses of another when the first stays silent", () => {
    const higher = ip("172.16.178.200");
    const host = start().pass(3700);
    const hear = () => host.hear({ vrid: 61 }, higher, "eth1").pass(1000).role;
    for (let count = 0; count < 5; count++) assert.equal(hear(), "active");
    assert.equal(hear(), "backup");
  });
});

describe("start_delay", () => {
  const routers = [{ ...routerSettings, startDelay: seconds(30) }];

  test("holds state machine, addresses, announcements and notifications at the start", () => {
    const host = new SimulatedHost({ ...engineSettings, routers }).start().pass(29_999);
    assert.equal(host.role, "initialize");
    assert.match(host.engine.routers[0]?.pending ?? "", /^start_delay: 30 s/);
    assert.deepEqual([host.sent, host.announced, host.mails, host.hooks], [[], [], [], []]);
    host.pass(1);
    assert.equal(host.role, "backup");
  });

  test("holds again after the link came back", () => {
    const host = new SimulatedHost({ ...engineSettings, routers }).start().pass(40_000);
    assert.equal(host.role, "active");
    host.changeLink("eth0", { carrier: false }).changeLink("eth0", { carrier: true });
    assert.equal(host.role, "fault");
    host.pass(29_999);
    assert.equal(host.role, "fault");
    host.pass(1);
    assert.equal(host.role, "backup");
  });
});

test("the host's own address is announced when its link came back, and only then", () => {
  const host = new SimulatedHost().start();
  assert.equal(host.announced.length, 0);
  host.changeLink("eth0", { carrier: false }).changeLink("eth0", { carrier: true });
  assert.equal(host.announced.length, 1);
});

describe("the owner of an address", () => {
  const owned = { ...referenceLeg, ownsAddresses: true };
  const parameters = { ...reference, priority: 255 };
  const routers = [{ ...routerSettings, parameters, legs: [owned] }];

  test("never leases it, and is in fault while it is not there", () => {
    const host = new SimulatedHost({ ...engineSettings, routers }).start();
    assert.equal(host.role, "fault");
    assert.match(host.reason, /172.16.178.137 is not on eth0/);
    host.ownAddresses.add(virtualAddress);
    host.changeLink("eth0", {});
    assert.equal(host.role, "active");
    assert.equal(host.leases.size, 0);
    assert.equal(host.sent.at(-1)?.priority, 255);
  });

  test("hands nothing over", () => {
    const host = new SimulatedHost({ ...engineSettings, routers });
    host.ownAddresses.add(virtualAddress);
    host.start().engine.execute({ name: "failover", cancel: false }, (result) => {
      assert.equal(result.ok, false);
    });
    assert.equal(host.role, "active");
  });
});

describe("unicast peers", () => {
  const peers = [
    { address: peerAddress, minTtl: 255, maxTtl: 255 },
    { address: ip("192.0.2.7"), minTtl: 250, maxTtl: 254 },
  ];
  const routers = [{ ...routerSettings, legs: [{ ...referenceLeg, peers }] }];
  const start = () => new SimulatedHost({ ...engineSettings, routers }).start();
  const heardBy = (host: SimulatedHost) => host.engine.routers[0]?.legs[0]?.counters.received;

  test("are each sent every Advertisement", () => {
    const host = start().pass(3700);
    assert.deepEqual(host.destinations, [peerAddress, ip("192.0.2.7")]);
  });

  test("are heard from as far away as allowed, and nobody else is", () => {
    const host = start();
    const unicast = { destination: localAddress };
    host.hearPacket({ ...unicast, source: peerAddress, ttl: 255 });
    host.hearPacket({ ...unicast, source: ip("192.0.2.7"), ttl: 252 });
    assert.equal(heardBy(host), 2);
    host.hearPacket({ ...unicast, source: peerAddress, ttl: 254 });
    host.hearPacket({ ...unicast, source: ip("192.0.2.7"), ttl: 255 });
    host.hearPacket({ ...unicast, source: ip("192.0.2.8"), ttl: 255 });
    host.hearPacket({ source: peerAddress, ttl: 255 });
    assert.equal(heardBy(host), 2);
    assert.deepEqual(Object.fromEntries(host.engine.receiver.dropped), {
      "time-to-live": 2,
      "unknown-peer": 1,
      "wrong-destination": 1,
    });
  });

  test("of another host mean nothing to one that speaks by multicast", () => {
    const host = new SimulatedHost().start();
    host.hearPacket({ source: peerAddress, destination: localAddress, ttl: 255 });
    assert.deepEqual(Object.fromEntries(host.engine.receiver.dropped), { "wrong-destination": 1 });
    assert.deepEqual(host.conditions, ["configuration-mismatch"]);
  });

  test("that are not heard because of where they are is told", () => {
    for (const [source, ttl] of [
      ["192.0.2.8", 255],
      [peerAddress, 254],
    ] as const) {
      const host = start();
      host.hearPacket({ source: ip(source), destination: localAddress, ttl });
      assert.deepEqual(host.conditions, ["configuration-mismatch"]);
    }
  });
});
