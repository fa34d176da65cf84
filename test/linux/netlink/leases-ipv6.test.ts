import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { primaryAddress } from "#linux/netlink/primary-address.ts";
import type { NetworkChange } from "#linux/netlink/types.ts";
import {
  connectPeer,
  inPrivateNetwork,
  ip,
  linkLocalOf,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { leaseOn, type WatchedNetwork, watchNetwork } from "./watched-network.ts";

/** The kernel tells of an IPv6 address a little later (addrconf_dad_work): not of one before it. */
function addedAs(address: string): (change: NetworkChange) => boolean {
  return (change) => change.type === "address-added" && change.address.address === address;
}

/** Own IPv6 addresses with their lifetimes, and routes; without what kernels count down in routes. */
function hostState(): string {
  const routes = ip("-6 route show table all").replaceAll(/ expires \d+sec/g, "");
  return ip("-6 -oneline address show dev gp0") + routes;
}

if (inPrivateNetwork) {
  describe("a leased IPv6 address", () => {
    let network: WatchedNetwork;
    let interfaceIndex = 0;
    const shown = () => ip("-6 -oneline address show dev gp0");
    const leaseOf = (address: string) => leaseOn(interfaceIndex, address);

    before(async () => {
      connectPeer();
      ip("address add 2001:db8::1/64 dev gp0 nodad");
      interfaceIndex = linkOf("gp0").index;
      network = await watchNetwork();
    });

    after(() => network.kernel.close());

    for (const [text, prefixLength] of [
      ["2001:db8::100", 128],
      ["fe80::33", 128],
      ["2001:db8:5::100", 64],
    ] as const) {
      test(`${text}/${prefixLength} ends by itself and leaves all else as it was`, async () => {
        const untouched = hostState();
        const lease = { ...leaseOf(text), prefixLength };
        const gone = network.next(
          (change) => change.type === "address-removed" && change.address.address === text,
        );
        assert.deepEqual(await network.kernel.addLease(lease), { ok: true });
        await setTimeout(2000);
        assert.match(shown(), new RegExp(`${text}/${prefixLength} .* valid_lft [12]sec`));
        await gone;
        assert.equal(hostState(), untouched);
      });
    }

    test("can be used at once, but not unasked as the source of a connection", async () => {
      await network.kernel.addLease(leaseOf("2001:db8::101"));
      assert.match(shown(), /2001:db8::101\/128 [^\n]*deprecated[^\n]*preferred_lft 0sec/);
      assert.doesNotMatch(shown(), /tentative/);
      assert.match(ip("-6 route get 2001:db8::2"), /src 2001:db8::1 /);
      assert.match(ip("-6 route get 2001:db8::2 from 2001:db8::101"), /from 2001:db8::101 /);
      await network.kernel.removeLease(leaseOf("2001:db8::101"));
    });

    test("that is renewed stays twice its lifetime, and no change is told", async () => {
      const lease = leaseOf("2001:db8::102");
      const added = network.next(addedAs(lease.address));
      await network.kernel.addLease(lease);
      await added;
      const told = network.changes.length;
      for (let renewal = 0; renewal < 6; renewal += 1) {
        await setTimeout(1000);
        assert.deepEqual(await network.kernel.renewLease(lease), { ok: true });
      }
      assert.match(shown(), /2001:db8::102\/128 [^\n]*deprecated/);
      const changes = network.changes.slice(told).filter((change) => "address" in change);
      assert.deepEqual(
        changes.filter(({ address }) => address.address === lease.address),
        [],
      );
      await network.kernel.removeLease(lease);
      assert.doesNotMatch(shown(), /2001:db8::102/);
    });

    test("that somebody deletes is told at once, and is not renewed into being", async () => {
      const lease = leaseOf("2001:db8::105");
      const added = network.next(addedAs(lease.address));
      await network.kernel.addLease(lease);
      await added;
      const removed = network.next(
        (change) => change.type === "address-removed" && change.address.address === lease.address,
      );
      ip("address del 2001:db8::105/128 dev gp0");
      await removed;
      const outcome = await network.kernel.renewLease(lease);
      assert.equal(!outcome.ok && outcome.code, "ABSENT");
      assert.doesNotMatch(shown(), /2001:db8::105/);
    });

    test("of an earlier run is known by its mark", async (context) => {
      await network.kernel.addLease(leaseOf("2001:db8::106"));
      await network.kernel.addLease(leaseOf("192.0.2.106"));
      const later = await watchNetwork();
      context.after(() => later.kernel.close());
      const own = later.kernel.ownLeases().map(({ address }) => address);
      assert.deepEqual(own.toSorted(), ["192.0.2.106", "2001:db8::106"]);
      for (const text of own) {
        assert.deepEqual(await later.kernel.removeLease(leaseOf(text)), { ok: true });
      }
    });

    test("is never one of somebody else", async () => {
      const { kernel } = network;
      const untouched = hostState();
      for (const prefixLength of [64, 128]) {
        const lease = { ...leaseOf("2001:db8::1"), prefixLength };
        const outcomes = [
          await kernel.addLease(lease),
          await kernel.renewLease(lease),
          await kernel.removeLease(lease),
        ];
        for (const outcome of outcomes) assert.equal(!outcome.ok && outcome.code, "FOREIGN");
      }
      assert.equal(hostState(), untouched);
    });

    test("that the kernel refuses is told with the name of the error", async () => {
      const lease = leaseOf("2001:db8::108");
      await network.kernel.addLease(lease);
      const outcomes = [
        await network.kernel.addLease(lease),
        await network.kernel.addLease({ ...lease, interfaceIndex: 4711 }),
        await network.kernel.removeLease(leaseOf("2001:db8::200")),
      ];
      assert.deepEqual(
        outcomes.map((outcome) => !outcome.ok && outcome.code),
        ["EEXIST", "ENODEV", "EADDRNOTAVAIL"],
      );
    });

    test("link-local is not taken for the host's own", async () => {
      const own = linkLocalOf("gp0");
      await network.kernel.addLease(leaseOf("fe80::1"));
      const later = await watchNetwork();
      assert.equal(primaryAddress(later.kernel.addresses, interfaceIndex, "ipv6"), own);
      later.kernel.close();
      await network.kernel.removeLease(leaseOf("fe80::1"));
    });

    test("the host's own is told when it is no longer tentative", async () => {
      ip("link add gp4 type veth peer name gp5");
      const { index } = linkOf("gp4");
      const primary = () => primaryAddress(network.kernel.addresses, index, "ipv6");
      const settled = network.next(
        (change) =>
          (change.type === "address-changed" || change.type === "address-added") &&
          change.address.interfaceIndex === index &&
          (change.address.flags & 0x40) === 0,
      );
      ip("link set gp5 up");
      writeFileSync("/proc/sys/net/ipv6/conf/gp4/accept_dad", "1");
      ip("link set gp4 up");
      assert.match(ip("-6 address show dev gp4"), /tentative/);
      assert.equal(primary(), undefined);
      await settled;
      assert.equal(primary(), linkLocalOf("gp4"));
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
