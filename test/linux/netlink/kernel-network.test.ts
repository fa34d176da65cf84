import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import { primaryAddress } from "#linux/netlink/primary-address.ts";
import {
  connectPeer,
  inPrivateNetwork,
  ip,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { type WatchedNetwork, watchNetwork } from "./watched-network.ts";

if (inPrivateNetwork) {
  describe("the network of the kernel", () => {
    let network: WatchedNetwork;
    const types = () => network.changes.map(({ type }) => type);
    const link = (name: string) => network.kernel.links.find((each) => each.name === name);

    before(async () => {
      connectPeer();
      network = await watchNetwork();
    });

    beforeEach(() => {
      network.changes.length = 0;
    });

    after(() => {
      network.kernel.close();
      assert.deepEqual(network.errors, []);
    });

    test("is known after the start", () => {
      const { index, mac } = linkOf("gp0");
      const [loopback, kind] = [false, "veth"];
      const gp0 = { index, name: "gp0", up: true, carrier: true, mac, mtu: 1500, loopback, kind };
      const { parentIndex, ...found } = link("gp0") ?? {};
      assert.deepEqual(found, gp0);
      assert.equal(parentIndex, linkOf("gp1", "-n peer ").index);
      assert.equal(link("lo")?.loopback, true);
      assert.equal(primaryAddress(network.kernel.addresses, index, "ipv4"), "192.0.2.1");
      assert.deepEqual(network.kernel.ownRoutes.all(), []);
    });

    test("tells when the cable is pulled and put back", async () => {
      const lost = network.next((change) => change.type === "link-changed" && !change.link.carrier);
      ip("-n peer link set gp1 down");
      const change = await lost;
      assert.ok(change.type === "link-changed" && change.link.up && change.previous.carrier);
      const back = network.next((each) => each.type === "link-changed" && each.link.carrier);
      ip("-n peer link set gp1 up");
      await back;
    });

    test("tells of own routes that go in silence when the interface is set down", async () => {
      ip("route add 198.51.100.0/24 via 192.0.2.2 proto 112");
      await network.next(({ type }) => type === "route-added");
      const gone = network.next(
        (change) =>
          change.type === "route-removed" && change.route.destination.address === "198.51.100.0",
      );
      ip("link set gp0 down");
      await gone;
      assert.deepEqual(network.kernel.ownRoutes.all(), []);
      ip("link set gp0 up");
      await network.next((change) => change.type === "link-changed" && change.link.carrier);
    });

    test("tells of an own route whose place another took", async () => {
      ip("route add 198.51.100.0/24 via 192.0.2.2 proto 112");
      await network.next(({ type }) => type === "route-added");
      const gone = network.next(({ type }) => type === "route-removed");
      ip("route replace 198.51.100.0/24 via 192.0.2.3");
      const change = await gone;
      assert.equal(change.type === "route-removed" && change.route.gateway, "192.0.2.2");
      ip("route del 198.51.100.0/24");
    });

    test("tells nothing of the routes of others", async () => {
      const added = network.next(({ type }) => type === "route-added");
      ip("route add 198.51.100.0/24 via 192.0.2.2");
      ip("route replace 198.51.100.0/24 via 192.0.2.3");
      ip("route add 203.0.113.0/24 via 192.0.2.2 proto 112");
      await added;
      assert.deepEqual(types(), ["route-added"]);
      assert.equal(network.kernel.ownRoutes.all().length, 1);
      ip("route del 198.51.100.0/24");
      ip("route del 203.0.113.0/24");
      await network.next(({ type }) => type === "route-removed");
    });

    test("tells of an interface that is deleted and made again", async () => {
      ip("link add gp2 type veth peer name gp3");
      ip("address add 203.0.113.1/24 dev gp2");
      await network.next(({ type }) => type === "address-added");
      const before = link("gp2");
      const gone = network.next(
        (change) => change.type === "link-removed" && change.link.name === "gp2",
      );
      ip("link del gp2");
      await gone;
      assert.ok(types().includes("address-removed"));
      const back = network.next(
        (change) => change.type === "link-added" && change.link.name === "gp2",
      );
      ip("link add gp2 type veth peer name gp3");
      await back;
      assert.notEqual(link("gp2")?.index, before?.index);
    });

    test("keeps a port that leaves its bridge", async () => {
      ip("link add gpbr type bridge");
      ip("link set gp2 master gpbr");
      ip("link set gp2 nomaster");
      await setTimeout(100);
      assert.ok(link("gp2"));
      assert.ok(!types().includes("link-removed"));
    });

    test("tells of IPv6 addresses and routes", async () => {
      await setTimeout(100);
      network.changes.length = 0;
      const added = network.next(({ type }) => type === "address-added");
      ip("address add 2001:db8::1/64 dev gp0 nodad");
      const change = await added;
      assert.equal(change.type === "address-added" && change.address.address, "2001:db8::1");
      ip("route add 2001:db8:1::/48 via 2001:db8::2 proto 112");
      await setTimeout(100);
      assert.deepEqual(types(), ["address-added", "route-added"]);
    });

    test("tells of an address on the interface", async () => {
      const added = network.next(({ type }) => type === "address-added");
      ip("address add 192.0.2.9/24 dev gp0");
      const change = await added;
      assert.equal(change.type === "address-added" && change.address.label, "gp0");
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
