import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import type { RequestOutcome } from "#linux/netlink/types.ts";
import {
  connectPeer,
  inPrivateNetwork,
  ip,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { ipAddress } from "./fixtures.ts";
import { hostState, leaseOn, type WatchedNetwork, watchNetwork } from "./watched-network.ts";

function codeOf(outcome: RequestOutcome): string {
  return outcome.ok ? "ok" : outcome.code;
}

if (inPrivateNetwork) {
  describe("a leased address", () => {
    let network: WatchedNetwork;
    let interfaceIndex = 0;
    const addresses = () => ip("-4 -oneline address show dev gp0");
    const leaseOf = (address: string) => leaseOn(interfaceIndex, address);

    before(async () => {
      connectPeer();
      ip("route add 198.51.100.0/24 via 192.0.2.2");
      interfaceIndex = linkOf("gp0").index;
      network = await watchNetwork();
    });

    after(() => network.kernel.close());

    for (const prefixLength of [32, 24]) {
      test(`with /${prefixLength} ends by itself and leaves all else as it was`, async () => {
        const untouched = hostState();
        const lease = { ...leaseOf("192.0.2.100"), prefixLength };
        const gone = network.next(
          (change) => change.type === "address-removed" && change.address.address === lease.address,
        );
        assert.deepEqual(await network.kernel.addLease(lease), { ok: true });
        await setTimeout(2000);
        assert.match(addresses(), new RegExp(`192\\.0\\.2\\.100/${prefixLength} .* valid_lft`));
        await gone;
        assert.equal(hostState(), untouched);
      });
    }

    test("is one of 1,000 that are asked for at once, and all are answered", async () => {
      const leases = Array.from({ length: 1000 }, (_, index) =>
        leaseOf(`198.18.${index >> 8}.${index & 255}`),
      );
      const added = await Promise.all(leases.map((lease) => network.kernel.addLease(lease)));
      assert.deepEqual(new Set(added.map(codeOf)), new Set(["ok"]));
      const removed = await Promise.all(leases.map((lease) => network.kernel.removeLease(lease)));
      assert.deepEqual(new Set(removed.map(codeOf)), new Set(["ok"]));
    });

    test("with attributes has them, also after a renewal, and until its end", async () => {
      const untouched = hostState();
      const { kernel } = network;
      const broadcast = ipAddress("198.51.100.255");
      const attributes = { scope: "link", broadcast, label: "gp0:vip" } as const;
      const lease = { ...leaseOf("198.51.100.1"), prefixLength: 24, ...attributes };
      // That of Debian 13 shows the mark, too.
      const shown =
        /198\.51\.100\.1\/24 brd 198\.51\.100\.255 scope link dynamic noprefixroute (proto 0x70 )?gp0:vip/;
      const added = network.next(
        (change) => change.type === "address-added" && change.address.address === lease.address,
      );
      assert.deepEqual(await kernel.addLease(lease), { ok: true });
      assert.match(addresses(), shown);
      await added;
      assert.deepEqual(await kernel.renewLease(lease), { ok: true });
      assert.match(addresses(), shown);
      assert.deepEqual(await kernel.removeLease(lease), { ok: true });
      assert.equal(hostState(), untouched);
    });

    test("with a subnet that the host is not in brings the route to it, and takes it away", async () => {
      const untouched = hostState();
      const lease = { ...leaseOf("10.99.0.1"), prefixLength: 24, prefixRoute: true };
      await network.kernel.addLease(lease);
      assert.match(ip("-4 route"), /10\.99\.0\.0\/24 dev gp0 .* src 10\.99\.0\.1/);
      const gone = network.next(
        (change) => change.type === "address-removed" && change.address.address === lease.address,
      );
      await gone;
      assert.equal(hostState(), untouched);
    });

    test("that is renewed stays twice its lifetime, and no change is told", async () => {
      const lease = leaseOf("192.0.2.101");
      const added = network.next(({ type }) => type === "address-added");
      assert.deepEqual(await network.kernel.addLease(lease), { ok: true });
      await added;
      const told = network.changes.length;
      for (let renewal = 0; renewal < 6; renewal += 1) {
        await setTimeout(1000);
        assert.deepEqual(await network.kernel.renewLease(lease), { ok: true });
      }
      assert.match(addresses(), /192\.0\.2\.101\/32/);
      assert.deepEqual(network.changes.slice(told), []);
      assert.deepEqual(await network.kernel.removeLease(lease), { ok: true });
      assert.doesNotMatch(addresses(), /192\.0\.2\.101/);
    });

    test("is in the kernel when the call returns, also the second and third", () => {
      const leases = ["192.0.2.102", "192.0.2.103", "192.0.2.104"].map(leaseOf);
      for (const lease of leases) void network.kernel.addLease(lease);
      for (const { address } of leases) assert.ok(addresses().includes(`${address}/32`));
      for (const lease of leases) void network.kernel.removeLease(lease);
      for (const { address } of leases) assert.ok(!addresses().includes(`${address}/32`));
    });

    test("that somebody deletes is told at once, and is not renewed into being", async () => {
      const lease = leaseOf("192.0.2.105");
      await network.kernel.addLease(lease);
      const removed = network.next(
        (change) => change.type === "address-removed" && change.address.address === lease.address,
      );
      ip("address del 192.0.2.105/32 dev gp0");
      await removed;
      const outcome = await network.kernel.renewLease(lease);
      assert.equal(codeOf(outcome), "ABSENT");
      assert.doesNotMatch(addresses(), /192\.0\.2\.105/);
    });

    test("of an earlier run is known by its mark", async () => {
      await network.kernel.addLease(leaseOf("192.0.2.106"));
      const later = await watchNetwork();
      assert.deepEqual(
        later.kernel.ownLeases().map(({ address }) => address),
        ["192.0.2.106"],
      );
      assert.deepEqual(await later.kernel.removeLease(leaseOf("192.0.2.106")), { ok: true });
      later.kernel.close();
    });

    test("is never one of somebody else", async () => {
      const { kernel } = network;
      const untouched = hostState();
      const hosts = [leaseOf("192.0.2.1"), { ...leaseOf("192.0.2.1"), prefixLength: 24 }];
      for (const lease of hosts) {
        assert.equal(codeOf(await kernel.addLease(lease)), "FOREIGN");
        assert.equal(codeOf(await kernel.renewLease(lease)), "FOREIGN");
        assert.equal(codeOf(await kernel.removeLease(lease)), "FOREIGN");
      }
      assert.equal(hostState(), untouched);
    });

    test("that somebody has made permanent is left to him", async () => {
      const lease = leaseOf("192.0.2.107");
      await network.kernel.addLease(lease);
      const changed = network.next(({ type }) => type === "address-changed");
      ip("address replace 192.0.2.107/32 dev gp0");
      await changed;
      const outcome = await network.kernel.renewLease(lease);
      assert.equal(codeOf(outcome), "FOREIGN");
      assert.match(addresses(), /192\.0\.2\.107\/32 .* valid_lft forever/);
      ip("address del 192.0.2.107/32 dev gp0");
    });

    test("that the kernel refuses is told with the name of the error", async () => {
      const { kernel } = network;
      const lease = leaseOf("192.0.2.108");
      await kernel.addLease(lease);
      const outcomes = [
        await kernel.addLease(lease),
        await kernel.addLease({ ...lease, interfaceIndex: 4711 }),
        await kernel.removeLease(leaseOf("192.0.2.200")),
      ];
      assert.deepEqual(outcomes.map(codeOf), ["EEXIST", "ENODEV", "EADDRNOTAVAIL"]);
    });

    test("cannot be asked for after the end", async () => {
      const other = await watchNetwork();
      other.kernel.close();
      const outcome = await other.kernel.addLease(leaseOf("192.0.2.109"));
      assert.equal(codeOf(outcome), "ECANCELED");
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
