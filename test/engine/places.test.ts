import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RouterSettings } from "#engine/settings.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, referenceLeg } from "../support/vrrp-fixtures.ts";

const here = ip("172.16.178.137");
const there = ip("198.51.100.1");

const router: RouterSettings = {
  ...routerSettings,
  legs: [
    {
      ...referenceLeg,
      addresses: [
        { address: here, prefixLength: 32 },
        { address: there, prefixLength: 24, attributes: { interface: "eth1" } },
      ],
    },
  ],
};

function start(): SimulatedHost {
  const host = new SimulatedHost({ ...engineSettings, routers: [router] });
  host.addLink("eth1");
  return host.startActive();
}

describe("an address on another interface than its virtual router", () => {
  test("is put there, and the others are not", () => {
    const host = start();
    const indexes = [here, there].map((address) => host.leases.get(address)?.interfaceIndex);
    assert.deepEqual(
      indexes,
      ["eth0", "eth1"].map((name) => host.links.get(name)?.index),
    );
  });

  test("brings the route to its subnet when it has one", () => {
    const { leases } = start();
    assert.equal(leases.get(there)?.prefixRoute, true);
    assert.equal(leases.get(here)?.prefixRoute ?? false, false);
  });

  test("is advertised with the others, where the virtual router speaks", () => {
    assert.deepEqual(start().sent.at(-1)?.addresses, [here, there]);
  });

  test("is given up when its interface goes down, and with it the role", () => {
    const host = start().changeLink("eth1", { carrier: false });
    assert.equal(host.role, "fault");
    assert.match(host.reason, /eth1/);
    assert.equal(host.leases.size, 0);
    host.changeLink("eth1", { carrier: true });
    assert.equal(host.role, "backup");
  });

  test("is put on the interface that took the name of its own", () => {
    const host = start().changeLink("eth1", { index: 99 });
    assert.equal(host.role, "backup");
    assert.equal(host.leases.size, 0);
    host.pass(3700);
    assert.equal(host.leases.get(there)?.interfaceIndex, 99);
  });

  test("that somebody removes is back at once", () => {
    assert.equal(start().removeAddress(there).leases.has(there), true);
  });
});
