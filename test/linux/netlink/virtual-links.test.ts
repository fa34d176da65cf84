import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { virtualLinkOf } from "#vrrp/virtual-mac.ts";
import {
  connectPeer,
  inPrivateNetwork,
  ip,
  linkOf,
  testInPrivateNetwork,
} from "../../support/netns.ts";
import { type WatchedNetwork, watchNetwork } from "./watched-network.ts";

if (inPrivateNetwork) {
  describe("an interface with a virtual MAC address", () => {
    let network: WatchedNetwork;
    let request: ReturnType<typeof virtualLinkOf> & { parentIndex: number };

    const links = () => network.kernel.virtualLinks;
    const seen = (type: "link-added" | "link-removed" | "link-changed") =>
      network.next((change) => change.type === type && change.link.name === request.name);

    async function create() {
      const added = seen("link-added");
      assert.deepEqual(await links().create(request), { ok: true });
      await added;
      const link = links().find(request);
      assert.ok(link);
      return link;
    }

    before(async () => {
      connectPeer();
      request = { ...virtualLinkOf("ipv4", 51, "gp0"), parentIndex: linkOf("gp0").index };
      network = await watchNetwork();
    });

    beforeEach(async () => {
      await links().removeAll();
      ip("link set gp0 up");
    });

    after(() => network.kernel.close());

    test("is made down, in the mode in which its parent hears everything", async () => {
      const { name, mac, up, parentIndex } = await create();
      assert.deepEqual([name, mac, up], ["gp4-51-gp0", "00:00:5e:00:01:33", false]);
      assert.equal(parentIndex, linkOf("gp0").index);
      assert.match(ip(`-details link show dev ${name}`), /macvlan mode bridge/);
    });

    test("goes up and down", async () => {
      const { index } = await create();
      for (const up of [true, false]) {
        const changed = seen("link-changed");
        assert.deepEqual(await links().setState(index, up), { ok: true });
        await changed;
        assert.equal(links().find(request)?.up, up);
      }
    });

    test("is ours, and can be removed", async () => {
      const { index } = await create();
      assert.deepEqual(
        links()
          .own()
          .map((link) => link.index),
        [index],
      );
      const removed = seen("link-removed");
      assert.deepEqual(await links().remove(index), { ok: true });
      await removed;
      assert.deepEqual(links().own(), []);
    });

    test("takes the place of one of the same name that is on another parent", async () => {
      ip("link add gp9 type veth peer name gp8");
      ip(`link add link gp9 name ${request.name} address ${request.mac} type macvlan`);
      await network.next(
        (change) => change.type === "link-added" && change.link.mac === request.mac,
      );
      assert.equal(links().find(request), undefined);
      assert.equal((await create()).parentIndex, linkOf("gp0").index);
      ip("link delete gp9");
    });

    for (const [what, command] of [
      [
        "has another MAC address",
        "link add link gp0 name NAME address 02:00:00:00:00:99 type macvlan",
      ],
      ["is of another kind", "link add name NAME address MAC type bridge"],
    ] as const) {
      test(`that ${what} is not touched`, async () => {
        const added = seen("link-added");
        ip(command.replace("NAME", request.name).replace("MAC", request.mac));
        await added;
        const { index } = linkOf(request.name);
        assert.deepEqual(links().own(), []);
        const outcomes = [
          await links().create(request),
          await links().setState(index, true),
          await links().remove(index),
        ];
        const codes = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.code));
        assert.deepEqual(codes, ["EEXIST", "ENODEV", "ENODEV"]);
        const removed = seen("link-removed");
        ip(`link delete ${request.name}`);
        await removed;
      });
    }
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
