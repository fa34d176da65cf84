import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import type { Host } from "../support/lab/host.ts";
import { virtualAddress } from "../support/lab/names.ts";
import { startGateway } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, page2, waitUntilHeldOnlyBy } from "./expectations.ts";

/** The virtual address on the second network. */
const innerAddress = "192.168.77.200";

function gateway(priority: number) {
  const router = { priority, advertisement_interval: fastTimers.interval };
  return {
    virtual_routers: [
      { ...router, name: "outside", vrid: 51, interface: "eth0", addresses: [virtualAddress] },
      { ...router, name: "inside", vrid: 51, interface: "eth1", addresses: [innerAddress] },
    ],
    sync_groups: [{ name: "gateway", members: ["outside", "inside"] }],
    nginx: undefined,
  };
}

async function waitUntilBothOn(holder: Host, other: Host): Promise<void> {
  await until({ what: `both addresses on ${holder.name}`, limit: electionLimit }, async () => {
    const held = (host: Host) =>
      Promise.all([virtualAddress, innerAddress].map((address) => host.hasAddress(address)));
    const [here, there] = await Promise.all([held(holder), held(other)]);
    return here.every(Boolean) && !there.some(Boolean);
  });
}

describe("a sync group of the two sides of a gateway", () => {
  test("moves as one when either side of the Active host is cut off, and comes back as one", async (t) => {
    const { lab } = await labFor(t, { secondNetwork: true });
    const options = fastTimers;
    await startGateway(lab, "gw1", { ...options, document: gateway(100) });
    await waitUntilBothOn(lab.gw1, lab.gw2);
    const second = await startGateway(lab, "gw2", { ...options, document: gateway(50) });
    await second.waitForRole("backup", electionLimit);

    for (const side of ["eth1", "eth0"]) {
      lab.gw1.linkDown(side);
      await waitUntilBothOn(lab.gw2, lab.gw1);
      lab.gw1.linkUp(side);
      await waitUntilBothOn(lab.gw1, lab.gw2);
    }
  });

  test("is handed over by its name", async (t) => {
    const { lab } = await labFor(t, { secondNetwork: true });
    const first = await startGateway(lab, "gw1", { ...fastTimers, document: gateway(100) });
    await waitUntilBothOn(lab.gw1, lab.gw2);
    const second = await startGateway(lab, "gw2", { ...fastTimers, document: gateway(50) });
    await second.waitForRole("backup", electionLimit);
    const { code, stdout } = await first.command("failover", "gateway");
    assert.deepEqual([code, stdout.trim()], [0, "outside, inside: handed over"]);
    await waitUntilBothOn(lab.gw2, lab.gw1);
  });
});

describe("two virtual routers, each Active on another host", () => {
  const other = "172.16.178.140";
  const sharing = (web: number, mail: number) => {
    const router = { interface: "eth0", advertisement_interval: fastTimers.interval };
    return {
      virtual_routers: [
        { ...router, name: "web", vrid: 51, priority: web, addresses: [virtualAddress] },
        { ...router, name: "mail", vrid: 52, priority: mail, addresses: [other] },
      ],
    };
  };

  test("share the load, and the survivor takes all of it", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw1", { ...fastTimers, document: sharing(100, 50) });
    await startGateway(lab, "gw2", { ...fastTimers, document: sharing(50, 100) });
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
    await lab.gw2.waitForAddress(other, true, electionLimit);
    await lab.gw1.waitForAddress(other, false, electionLimit);

    lab.gw1.crash();
    await prober.waitFor(page2, electionLimit);
    assert.ok(await lab.gw2.hasAddress(other));
  });
});
