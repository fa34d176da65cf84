import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { seconds } from "#base/time.ts";
import type { RouteRequest } from "#linux/netlink/messages/route-request.ts";
import type { NetworkChange } from "#linux/netlink/types.ts";
import {
  connectPeer,
  inPrivateNetwork,
  ip,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { ipAddress } from "./fixtures.ts";
import { hostState, type WatchedNetwork, watchNetwork } from "./watched-network.ts";

const route: RouteRequest = {
  destination: { address: ipAddress("198.51.100.0"), prefixLength: 24 },
  gateway: ipAddress("192.0.2.2"),
  interfaceIndex: undefined,
  source: ipAddress("192.0.2.100"),
  metric: 0,
  table: 254,
};

function isRemoval(change: NetworkChange): boolean {
  return change.type === "route-removed" && change.route.protocol === 112;
}

function shown(): string {
  return ip("-4 route show table all proto 112").trim().replaceAll(/\s+/g, " ");
}

if (inPrivateNetwork) {
  describe("a route of ours", () => {
    let network: WatchedNetwork;
    let interfaceIndex = 0;
    const lease = () => {
      return { interfaceIndex, address: ipAddress("192.0.2.100"), lifetime: seconds(2) };
    };

    before(async () => {
      connectPeer();
      interfaceIndex = linkOf("gp0").index;
      network = await watchNetwork();
    });
    afterEach(async () => {
      await network.kernel.ownRoutes.remove(route);
      await network.kernel.removeLease(lease());
    });
    after(() => network.kernel.close());

    test("is in the kernel when the call returns, and gone when its removal does", async () => {
      const untouched = hostState();
      const { kernel } = network;
      const told = network.next(isRemoval);
      void kernel.addLease(lease());
      const added = kernel.ownRoutes.add(route);
      assert.equal(shown(), "198.51.100.0/24 via 192.0.2.2 dev gp0 src 192.0.2.100");
      assert.deepEqual(await added, { ok: true });
      const removed = kernel.ownRoutes.remove(route);
      assert.equal(shown(), "");
      assert.deepEqual(await removed, { ok: true });
      await told;
      await kernel.removeLease(lease());
      assert.equal(hostState(), untouched);
    });

    test("ends with the lease of its source, and that is told", async () => {
      const untouched = hostState();
      const gone = network.next(isRemoval);
      await network.kernel.addLease(lease());
      await network.kernel.ownRoutes.add(route);
      await gone;
      assert.equal(hostState(), untouched);
      assert.deepEqual(network.kernel.ownRoutes.all(), []);
    });

    test("leads to a link, everywhere, or to a table as well", async () => {
      const { kernel } = network;
      await kernel.addLease(lease());
      const everywhere = { address: ipAddress("0.0.0.0"), prefixLength: 0 };
      const routes: RouteRequest[] = [
        { ...route, gateway: undefined, interfaceIndex },
        { ...route, destination: everywhere, interfaceIndex, metric: 4_000_000_000 },
        { ...route, table: 1000 },
      ];
      for (const each of routes) assert.deepEqual(await kernel.ownRoutes.add(each), { ok: true });
      assert.match(shown(), /198\.51\.100\.0\/24 dev gp0 scope link src 192\.0\.2\.100/);
      assert.match(
        shown(),
        /default via 192\.0\.2\.2 dev gp0 src 192\.0\.2\.100 metric 4000000000/,
      );
      assert.match(shown(), /198\.51\.100\.0\/24 via 192\.0\.2\.2 dev gp0 table 1000 src/);
      for (const each of routes)
        assert.deepEqual(await kernel.ownRoutes.remove(each), { ok: true });
      assert.equal(shown(), "");
    });

    test("of an earlier run is known by its mark", async () => {
      await network.kernel.addLease(lease());
      await network.kernel.ownRoutes.add(route);
      const later = await watchNetwork();
      assert.equal(later.kernel.ownRoutes.has(route), true);
      later.kernel.close();
    });

    test("never takes the place of somebody else's, and never removes it", async () => {
      ip("route add 198.51.100.0/24 via 192.0.2.3");
      const untouched = hostState();
      const { ownRoutes } = network.kernel;
      await network.kernel.addLease(lease());
      const outcome = await ownRoutes.add(route);
      assert.equal(outcome.ok ? "ok" : outcome.code, "FOREIGN");
      const removal = await ownRoutes.remove(route);
      assert.equal(removal.ok ? "ok" : removal.code, "ESRCH");
      await network.kernel.removeLease(lease());
      assert.equal(hostState(), untouched);
      ip("route del 198.51.100.0/24");
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
