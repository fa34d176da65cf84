import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { seconds } from "#base/time.ts";
import type { RouteRequest } from "#linux/netlink/messages/route-request.ts";
import type { NetworkChange } from "#linux/netlink/types.ts";
import {
  connectPeer,
  eventually,
  inPrivateNetwork,
  ip,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { ipAddress } from "./fixtures.ts";
import { type WatchedNetwork, watchNetwork } from "./watched-network.ts";

const lifetime = seconds(2);
const source = ipAddress("192.0.2.100");
const source6 = ipAddress("2001:db8::100");

const route: RouteRequest = {
  destination: { address: ipAddress("198.51.100.0"), prefixLength: 24 },
  gateway: ipAddress("192.0.2.2"),
  interfaceIndex: undefined,
  source,
  metric: 5,
  table: 254,
  lifetime,
};
const route6: RouteRequest = {
  ...route,
  destination: { address: ipAddress("2001:db8:5::"), prefixLength: 48 },
  gateway: ipAddress("2001:db8::2"),
  source: source6,
};

function isRemoval(change: NetworkChange): boolean {
  return change.type === "route-removed" && change.route.protocol === 112;
}

/** Routes as ip(8) prints them, without what is of IPv6 alone: the countdown and a preference. */
function shown(which = "table all proto 112"): string {
  const text = ip(`-4 route show ${which}`) + ip(`-6 route show ${which}`);
  return text
    .replaceAll(/ expires \d+sec| pref medium/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** What a person sees: addresses, with their lifetimes where they are of IPv4, and routes. */
function hostState(): string {
  return ip("-4 address show dev gp0") + ip("-6 -brief address show dev gp0") + shown("table all");
}

/** Where a packet goes, by any route. */
function wayTo(address: string): string {
  try {
    return ip(`route get ${address}`);
  } catch {
    return "nowhere";
  }
}

if (inPrivateNetwork) {
  let network: WatchedNetwork;
  let interfaceIndex = 0;
  const leases = () => [source, source6].map((address) => ({ interfaceIndex, address, lifetime }));
  const addLeases = async () => {
    for (const lease of leases()) await network.kernel.addLease(lease);
  };
  const removeLeases = async () => {
    for (const lease of leases()) await network.kernel.removeLease(lease);
  };

  before(async () => {
    connectPeer();
    ip("address add 2001:db8::1/64 dev gp0 nodad");
    interfaceIndex = linkOf("gp0").index;
    network = await watchNetwork();
  });
  afterEach(async () => {
    for (const each of [route, route6]) await network.kernel.ownRoutes.remove(each);
    await removeLeases();
    await eventually(() => network.kernel.ownRoutes.all().length === 0);
  });
  after(() => network.kernel.close());

  for (const { family, wanted, text } of [
    {
      family: "IPv4",
      wanted: route,
      text: "198.51.100.0/24 via 192.0.2.2 dev gp0 src 192.0.2.100 metric 5",
    },
    {
      family: "IPv6",
      wanted: route6,
      text: "2001:db8:5::/48 via 2001:db8::2 dev gp0 src 2001:db8::100 metric 5",
    },
  ]) {
    describe(`a route of ours of ${family}`, () => {
      test("is in the kernel when the call returns, and gone when its removal does", async () => {
        const untouched = hostState();
        const { kernel } = network;
        const told = network.next(isRemoval);
        for (const lease of leases()) void kernel.addLease(lease);
        const added = kernel.ownRoutes.hold(wanted);
        assert.equal(shown(), text);
        assert.deepEqual(await added, { ok: true });
        const removed = kernel.ownRoutes.remove(wanted);
        assert.equal(shown(), "");
        assert.deepEqual(await removed, { ok: true });
        await told;
        await removeLeases();
        assert.equal(hostState(), untouched);
      });

      test("of an earlier run is known by its mark", async () => {
        await addLeases();
        await network.kernel.ownRoutes.hold(wanted);
        const later = await watchNetwork();
        assert.equal(later.kernel.ownRoutes.has(wanted), true);
        assert.deepEqual(later.kernel.ownRoutes.all().length, 1);
        later.kernel.close();
      });

      test("never takes the place of somebody else's, and never removes it", async () => {
        const other = text.replace(/ src \S+/, "");
        ip(`route add ${other}`);
        const untouched = hostState();
        const { ownRoutes } = network.kernel;
        await addLeases();
        const outcome = await ownRoutes.hold(wanted);
        assert.equal(outcome.ok ? "ok" : outcome.code, "FOREIGN");
        const removal = await ownRoutes.remove(wanted);
        assert.equal(removal.ok ? "ok" : removal.code, "ESRCH");
        await removeLeases();
        assert.equal(hostState(), untouched);
        ip(`route del ${other}`);
      });
    });
  }

  describe("a route of ours", () => {
    test("of IPv4 ends with the lease of its source, and that is told", async () => {
      const untouched = hostState();
      const gone = network.next(isRemoval);
      await addLeases();
      await network.kernel.ownRoutes.hold(route);
      await gone;
      assert.deepEqual(network.kernel.ownRoutes.all(), []);
      await removeLeases();
      assert.equal(hostState(), untouched);
    });

    test("of IPv6 leads nowhere after its lifetime, in any table", async () => {
      const elsewhere = { ...route6, table: 1000 };
      ip("-6 rule add priority 10 table 1000");
      await addLeases();
      await network.kernel.ownRoutes.hold(elsewhere);
      assert.match(wayTo("2001:db8:5::1"), /via 2001:db8::2 .* src 2001:db8::100 /);
      await setTimeout(2500);
      assert.equal(wayTo("2001:db8:5::1"), "nowhere");
      await network.kernel.ownRoutes.remove(elsewhere);
      ip("-6 rule del priority 10");
    });

    test("of IPv6 stays while it is renewed, and no change is told", async () => {
      const lasting = { ...route6, source: undefined };
      const { ownRoutes } = network.kernel;
      const added = network.next(({ type }) => type === "route-added");
      await ownRoutes.hold(lasting);
      await added;
      const told = network.changes.length;
      for (let renewal = 0; renewal < 4; renewal += 1) {
        await setTimeout(1000);
        assert.deepEqual(await ownRoutes.hold(lasting), { ok: true });
      }
      assert.match(wayTo("2001:db8:5::1"), /via 2001:db8::2 /);
      assert.deepEqual(network.changes.slice(told), []);
    });

    test("of IPv6 that has ended is there again when it is renewed", async () => {
      const lasting = { ...route6, source: undefined };
      await network.kernel.ownRoutes.hold(lasting);
      await setTimeout(2500);
      assert.equal(wayTo("2001:db8:5::1"), "nowhere");
      assert.deepEqual(await network.kernel.ownRoutes.hold(lasting), { ok: true });
      assert.match(wayTo("2001:db8:5::1"), /via 2001:db8::2 /);
    });

    test("of IPv6 loses its source with the address, and is not renewed without", async () => {
      await addLeases();
      await network.kernel.ownRoutes.hold(route6);
      await removeLeases();
      assert.equal(shown(), "2001:db8:5::/48 via 2001:db8::2 dev gp0 metric 5");
      const outcome = await network.kernel.ownRoutes.hold(route6);
      assert.equal(outcome.ok ? "ok" : outcome.code, "EINVAL");
    });

    test("leads to a link, everywhere, or to a table as well", async () => {
      const { kernel } = network;
      await addLeases();
      const everywhere = { address: ipAddress("0.0.0.0"), prefixLength: 0 };
      const everywhere6 = { address: ipAddress("::"), prefixLength: 0 };
      const routes: RouteRequest[] = [
        { ...route, gateway: undefined, interfaceIndex },
        { ...route, destination: everywhere, interfaceIndex, metric: 4_000_000_000 },
        { ...route, table: 1000 },
        { ...route6, gateway: undefined, interfaceIndex },
        { ...route6, destination: everywhere6, gateway: ipAddress("fe80::2"), interfaceIndex },
      ];
      for (const each of routes) assert.deepEqual(await kernel.ownRoutes.hold(each), { ok: true });
      for (const text of [
        "198.51.100.0/24 dev gp0 scope link src 192.0.2.100 metric 5",
        "default via 192.0.2.2 dev gp0 src 192.0.2.100 metric 4000000000",
        "198.51.100.0/24 via 192.0.2.2 dev gp0 table 1000 src 192.0.2.100 metric 5",
        "2001:db8:5::/48 dev gp0 src 2001:db8::100 metric 5",
        "default via fe80::2 dev gp0 src 2001:db8::100 metric 5",
      ]) {
        assert.ok(shown().includes(text), `${text} in ${shown()}`);
      }
      for (const each of routes)
        assert.deepEqual(await kernel.ownRoutes.remove(each), { ok: true });
      assert.equal(shown(), "");
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
