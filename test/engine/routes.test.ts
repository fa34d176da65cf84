import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seconds } from "#base/time.ts";
import type { RouteSettings } from "#engine/settings.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const virtualAddress = ip("172.16.178.137");

const upstream: RouteSettings = {
  router: "web",
  destination: { address: ip("0.0.0.0"), prefixLength: 0 },
  gateway: ip("172.16.178.1"),
  interfaceName: undefined,
  source: virtualAddress,
  metric: 0,
  table: 254,
};
const branch: RouteSettings = {
  ...upstream,
  destination: { address: ip("198.51.100.0"), prefixLength: 24 },
  gateway: undefined,
  interfaceName: "eth1",
};
const upstream6: RouteSettings = {
  ...upstream,
  destination: { address: ip("::"), prefixLength: 0 },
  gateway: ip("fe80::1"),
  interfaceName: "eth0",
  source: undefined,
  metric: 1024,
};

function hostWith(...routes: readonly RouteSettings[]): SimulatedHost {
  return new SimulatedHost({ ...engineSettings, routers: [{ ...routerSettings, routes }] });
}

describe("a virtual route", () => {
  test("is there while the router is Active, and not before or after", () => {
    const host = hostWith(upstream).start();
    assert.equal(host.routes.size, 0);
    host.pass(3700);
    assert.deepEqual([...host.routes], [upstream]);
    host.hear({ priority: 200 });
    assert.equal(host.role, "backup");
    assert.equal(host.routes.size, 0);
    host.pass(1500);
    assert.equal(host.routes.size, 0);
  });

  test("that somebody removes is back at once, but only once a second", () => {
    const host = hostWith(upstream).startActive();
    const remove = () => {
      host.routes.clear();
      host.engine.post({ type: "route-removed" });
      return host.routes.size;
    };
    assert.equal(remove(), 1);
    assert.equal(remove(), 0);
    host.pass(1000);
    assert.equal(host.routes.size, 1);
    assert.equal(remove(), 1);
  });

  test("is renewed each second, for as long as the addresses", () => {
    const host = hostWith(upstream6).startActive();
    const before = host.routeCalls.length;
    host.pass(3000);
    const renewal = { call: "hold", route: upstream6, lifetime: seconds(3) };
    assert.deepEqual(host.routeCalls.slice(before), [renewal, renewal, renewal]);
  });

  test("is made anew when the address that it comes from was removed", () => {
    const host = hostWith(upstream, upstream6).startActive();
    const before = host.routeCalls.length;
    const removed = { interfaceIndex: 2, address: virtualAddress };
    host.leases.delete(virtualAddress);
    host.engine.post({ type: "lease-removed", removed });
    const calls = host.routeCalls.slice(before).map(({ call, route }) => ({ call, route }));
    assert.deepEqual(calls, [
      { call: "remove", route: upstream },
      { call: "hold", route: upstream },
      { call: "hold", route: upstream6 },
    ]);
  });

  test("to everywhere of one family is told from that of the other", () => {
    const host = hostWith(upstream, upstream6);
    host.refusedRoutes.set(upstream, "EINVAL").set(upstream6, "EINVAL");
    host.startActive();
    const subjects = host.engine.reporter.conditions.map(({ subject }) => subject);
    assert.deepEqual(subjects, ["default", "::/0 metric 1024"]);
  });

  test("that cannot be added is told and tried again, and the router stays Active", () => {
    const host = hostWith(upstream);
    host.refusedRoutes.set(upstream, "ENETUNREACH");
    host.startActive();
    assert.equal(host.role, "active");
    assert.deepEqual(host.conditions, ["route-missing"]);
    host.refusedRoutes.clear();
    host.pass(1000);
    assert.deepEqual([...host.routes], [upstream]);
    assert.deepEqual(host.conditions, []);
  });

  test("by an interface that is missing waits for it, and the others do not", () => {
    const host = hostWith(branch, upstream).startActive();
    assert.deepEqual([...host.routes], [upstream]);
    assert.deepEqual(host.conditions, ["route-missing"]);
    host.addLink("eth1");
    host.pass(1000);
    assert.deepEqual(host.routes, new Set([upstream, branch]));
    assert.deepEqual(host.conditions, []);
  });

  test("that is missing is no trouble of a router that is not Active", () => {
    const host = hostWith(branch).startActive();
    host.hear({ priority: 200 });
    assert.deepEqual(host.conditions, []);
  });
});
