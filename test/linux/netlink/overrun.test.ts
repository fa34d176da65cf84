import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { RawNetlinkSocket } from "netlink/dist/raw.js";
import { connectPeer, inPrivateNetwork, ip, testInPrivateNetwork } from "../../support/netns.ts";
import { until } from "../../support/lab/time.ts";
import { type WatchedNetwork, watchNetwork } from "./watched-network.ts";

const batchFile = "/run/batch";
const smallBuffer = 4096;

/** Adds and deletes addresses 2000 times while this process is blocked; leaves `left` there. */
function storm(left: number): void {
  const commands = Array.from({ length: 2000 - left }, (_, index) => {
    const verb = index % 2 === 0 ? "add" : "del";
    return `address ${verb} 10.0.0.1/32 dev gp0`;
  });
  const remaining = Array.from(
    { length: left },
    (_, index) => `address add 10.1.0.${index}/32 dev gp0`,
  );
  writeFileSync(batchFile, [...commands, ...remaining, ""].join("\n"));
  execFileSync("ip", ["-batch", batchFile]);
  const end = performance.now() + 150;
  while (performance.now() < end);
}

function tableOf({ kernel }: WatchedNetwork): unknown {
  const known = [...kernel.links, ...kernel.addresses, ...kernel.ownRoutes.all()];
  return known.map((row) => JSON.stringify(row)).sort();
}

/** What was missed is found out by and by. */
async function untilSame(network: WatchedNetwork, fresh: WatchedNetwork): Promise<void> {
  const isSame = () => isDeepStrictEqual(tableOf(network), tableOf(fresh));
  await until({ what: "the table of a watch without an overrun", limit: 5000 }, isSame);
}

if (inPrivateNetwork) {
  describe("an overrun of the receive buffer", () => {
    before(() => {
      connectPeer();
      ip("route add 198.51.100.0/24 via 192.0.2.2 proto 112");
    });

    test("is survived; what was missed is found out and told", async () => {
      const network = await watchNetwork({ receiveBufferBytes: smallBuffer });
      ip("route del 198.51.100.0/24");
      storm(20);
      const fresh = await watchNetwork();
      await untilSame(network, fresh);
      assert.ok(network.overruns > 0);
      const told = network.changes.filter(({ type }) => type === "address-added");
      assert.equal(new Set(told.map((change) => JSON.stringify(change))).size, 20 + 1);
      assert.deepEqual(network.errors, []);
      fresh.kernel.close();
      network.kernel.close();
    });

    test("does not end the watch, even when it happens again and again", async () => {
      const network = await watchNetwork({ receiveBufferBytes: smallBuffer });
      ip("address flush dev gp0 to 10.1.0.0/16");
      for (let times = 0; times < 5; times += 1) {
        storm(0);
        await setTimeout(5);
      }
      const added = network.next(
        (change) => change.type === "address-added" && change.address.address === "10.2.0.1",
      );
      ip("address add 10.2.0.1/32 dev gp0");
      await added;
      const fresh = await watchNetwork();
      await untilSame(network, fresh);
      fresh.kernel.close();
      network.kernel.close();
    });

    test("does not happen with the buffer that is the default", async () => {
      const network = await watchNetwork();
      try {
        storm(0);
        // A busy machine takes its time to tell them all.
        for (let turn = 0; turn < 100 && network.changes.length < 2000; turn++) {
          await setTimeout(100);
        }
        assert.equal(network.overruns, 0);
        assert.equal(network.changes.length, 2000);
      } finally {
        network.kernel.close();
      }
    });
  });

  describe("the patched package", () => {
    test("gives an overrun as ENOBUFS to the listener, and goes on receiving", async () => {
      const socket = new RawNetlinkSocket(0, { recvBufferSize: smallBuffer, sendBufferSize: 0 });
      const codes: string[] = [];
      let received = 0;
      socket.on("error", ({ code }) => codes.push(code));
      socket.on("message", () => (received += 1));
      socket.addMembership(5);
      storm(0);
      await setTimeout(50);
      assert.deepEqual(codes, ["ENOBUFS"]);
      received = 0;
      ip("address add 10.3.0.1/32 dev gp0");
      await setTimeout(50);
      assert.equal(received, 1);
      socket.close();
    });

    test("makes what a listener throws an uncaught exception", async () => {
      const script = `
        const { RawNetlinkSocket } = require("netlink/dist/raw.js");
        const socket = new RawNetlinkSocket(0);
        socket.addMembership(5);
        socket.on("message", () => { throw new Error("from a listener"); });
        process.on("uncaughtException", ({ message }) => { console.log(message); socket.close(); });
        require("node:child_process").spawn("ip", ["address", "add", "10.4.0.1/32", "dev", "gp0"]);
      `;
      const output = execFileSync(process.execPath, ["-e", script], {
        encoding: "utf8",
        timeout: 5000,
      });
      assert.equal(output, "from a listener\n");
    });
  });
} else {
  testInPrivateNetwork(import.meta.filename);
}
