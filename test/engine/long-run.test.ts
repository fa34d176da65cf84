import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, localAddress, referenceLeg } from "../support/vrrp-fixtures.ts";

const virtualAddress = ip("172.16.178.137");
const secondAddress = ip("172.16.178.139");

function subjects(host: SimulatedHost, code: string): string[] {
  return host.mails.map(({ subject }) => subject).filter((subject) => subject.includes(code));
}

function statusOf(host: SimulatedHost) {
  const facts = { version: "1", pid: 1, startedAt: host.engine.ports.clock.now() };
  const [router] = takeSnapshot(host.engine, facts).virtual_routers;
  assert.ok(router);
  return router;
}

describe("an Active Router that leaves its role", () => {
  test("does not go on saying that it cannot send, once it is Backup", () => {
    const host = new SimulatedHost().startActive();
    host.sendFailure = "ENETDOWN";
    host.changeLink("eth0", { up: false });
    assert.deepEqual(host.conditions, ["interface-down"]);
    host.sendFailure = undefined;
    host.changeLink("eth0", { up: true }).hear({ priority: 200 });
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
  });

  test("forgets what it could not send before it lost an election", () => {
    const host = new SimulatedHost().startActive();
    host.sendFailure = "EPERM";
    host.pass(2000).hear({ priority: 200 });
    assert.deepEqual(host.conditions, []);
    host.hear({ priority: 0 }).pass(700);
    assert.equal(host.role, "active", "one more failure is the first of its own row");
  });

  test("whose interface was replaced by another of the same name takes its addresses along", () => {
    const host = new SimulatedHost().startActive().changeLink("eth0", { index: 9 });
    assert.equal(host.role, "backup");
    assert.equal(host.leases.size, 0);
    host.pass(3700);
    assert.equal(host.role, "active");
    assert.equal(host.leases.get(virtualAddress)?.interfaceIndex, 9);
  });

  test("with an address of a higher priority heard, and a slower peer, stays calm afterwards", () => {
    const host = new SimulatedHost().start();
    host.hear({ priority: 200, interval: milliseconds(10) }).pass(10_000);
    assert.equal(host.role, "active");
    assert.equal(subjects(host, "Backup -> Active").length, 1);
  });
});

describe("virtual addresses", () => {
  const addresses = [virtualAddress, secondAddress].map((address) => {
    return { address, prefixLength: 32 };
  });
  const routers = [{ ...routerSettings, legs: [{ ...referenceLeg, addresses }] }];

  test("that somebody removes one after another are all back at once, announced", () => {
    const host = new SimulatedHost({ ...engineSettings, routers }).startActive();
    const announced = host.announced.length;
    host.removeAddress(virtualAddress).removeAddress(secondAddress);
    assert.deepEqual([...host.leases.keys()], [virtualAddress, secondAddress]);
    assert.equal(host.announced.length, announced + 2);
  });

  test("that come back with a renewal are announced as well", () => {
    const host = new SimulatedHost().startActive().pass(8000);
    host.removeAddress(virtualAddress).removeAddress(virtualAddress);
    const announced = host.announced.length;
    host.pass(1000);
    assert.ok(host.leases.has(virtualAddress));
    assert.equal(host.announced.length, announced + 1);
  });

  test("on an interface that is just going away are no fault of their own", () => {
    const interfaceDelays = new Map([["eth0", { up: seconds(0), down: seconds(2) }]]);
    const host = new SimulatedHost({ ...engineSettings, interfaceDelays }).startActive();
    // The kernel tells of the address first; by then the interface itself is gone already.
    host.refused.set(virtualAddress, "ENODEV");
    host.removeAddress(virtualAddress).changeLink("eth0", undefined);
    assert.match(host.reason, /there is no interface eth0/);
    host.refused.clear();
    host.addLink("eth0");
    host.engine.post({ type: "network-changed" });
    assert.equal(host.role, "backup");
  });

  test("that another host goes on claiming are asked for again, and the condition stays", () => {
    const host = new SimulatedHost().startActive();
    host.pass(5000);
    for (let count = 0; count < 6; count++) {
      const frames = host.announced.length;
      host.claim(virtualAddress);
      assert.deepEqual(host.conditions, ["address-conflict"]);
      host.pass(5000);
      assert.equal(host.announced.length, frames + 1);
    }
    assert.equal(subjects(host, "address-conflict").length, 1);
    host.pass(12_000);
    assert.deepEqual(host.conditions, []);
  });
});

describe("what is observed", () => {
  test("every 40 s stays raised in between", () => {
    const host = new SimulatedHost().start();
    const interval = milliseconds(40_000);
    for (let count = 0; count < 10; count++) host.hear({ priority: 200, interval }).pass(40_000);
    assert.deepEqual(host.conditions, ["configuration-mismatch"]);
    assert.equal(subjects(host, "configuration-mismatch").length, 1);
    host.hear({ priority: 200 }).pass(500_000);
    assert.deepEqual(host.conditions, []);
  });

  test("of a hook that failed stays until the hook works again", () => {
    const host = new SimulatedHost().start();
    const end = (ok: boolean) => {
      const outcome = { hook: "/hook/active", ok, detail: "it exited with 1" };
      host.engine.post({ type: "hook-outcome", outcome });
    };
    end(false);
    host.pass(60_000);
    assert.ok(host.conditions.includes("hook-failed"));
    end(true);
    assert.ok(!host.conditions.includes("hook-failed"));
  });
});

describe("the status", () => {
  test("knows the peer that it hears while this host is in fault", () => {
    const host = new SimulatedHost().startActive();
    host.changeLink("eth0", { carrier: false });
    assert.equal(statusOf(host).peer.state, "unknown");
    host.hear({ priority: 99 });
    assert.equal(statusOf(host).peer.state, "active");
    host.pass(3000);
    assert.equal(statusOf(host).peer.state, "unknown");
  });

  test("does not know what became of a peer once this host is Active", () => {
    const host = new SimulatedHost().start().hear({ priority: 50 });
    assert.deepEqual(statusOf(host).peer, {
      state: "active",
      last_heard: { address: "172.16.178.136", priority: 50, ago: 0 },
    });
    host.pass(3000).hear({ priority: 50 }).pass(700);
    assert.equal(host.role, "active");
    assert.equal(statusOf(host).peer.state, "unknown");
  });
});

describe("an operator's command", () => {
  test("that comes when all has stopped is answered nevertheless", () => {
    const host = new SimulatedHost().startActive();
    host.engine.post({ type: "stop", text: "asked to" });
    const answers: unknown[] = [];
    host.engine.execute({ name: "failover", cancel: false }, (answer) => answers.push(answer));
    assert.deepEqual(answers, [{ ok: false, message: "gatepair is being stopped" }]);
  });

  test("hand-over survives a fault, and ends when the other falls silent", () => {
    const host = new SimulatedHost().startActive();
    host.engine.execute({ name: "failover", cancel: false }, () => {});
    host.hear({ priority: 99 }).changeLink("eth0", { carrier: false });
    assert.equal(host.role, "fault");
    host.changeLink("eth0", { carrier: true });
    for (let count = 0; count < 10; count++) host.hear({ priority: 99 }).pass(1000);
    assert.equal(host.role, "backup");
    assert.equal(statusOf(host).handed_over, true);
    host.pass(3700);
    assert.equal(host.role, "active");
    assert.equal(statusOf(host).handed_over, false);
  });
});

describe("the address that Advertisements come from", () => {
  test("may change while this host is Active", () => {
    const host = new SimulatedHost().startActive();
    host.primaryAddress = ip("172.16.178.200");
    host.engine.post({ type: "network-changed" });
    host.pass(2000);
    assert.equal(host.role, "active");
    assert.equal(host.sent.at(-1)?.priority, 100);
  });

  test("may go, which is a fault, and come back", () => {
    const host = new SimulatedHost().startActive();
    host.primaryAddress = undefined;
    host.engine.post({ type: "network-changed" });
    assert.equal(host.role, "fault");
    assert.equal(host.leases.size, 0);
    assert.deepEqual(host.conditions, ["no-primary-address"]);
    host.primaryAddress = localAddress;
    host.engine.post({ type: "network-changed" });
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
  });
});
