import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, page2, waitUntilHeldOnlyBy } from "./expectations.ts";

const via = ownAddresses.client;
const routes = [
  { to: "198.51.100.0/24", via },
  { to: "default", via, metric: 7 },
];
const options = { ...fastTimers, router: { routes } } as const;

/** The routes that are marked as ours. */
async function routesOf(host: Host, ...more: string[]): Promise<string[]> {
  const text = await host.must(["ip", "-4", "route", "show", "table", "all", "proto", "112"]);
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && more.every((word) => line.includes(word)));
}

async function waitForRoutes(host: Host, count: number, limit = electionLimit): Promise<void> {
  const what = `${count} virtual routes on ${host.name}`;
  await until({ what, limit }, async () => (await routesOf(host)).length === count);
}

describe("virtual routes", () => {
  test("are on the Active host alone, lead somewhere, and move with the role", async (t) => {
    const { lab, prober } = await labFor(t);
    await lab.client.must(["ip", "address", "add", "198.51.100.1/24", "dev", "lo"]);
    const before = await lab.gw1.routes();
    const pair = await startPair(lab, options);
    await prober.waitFor(page1, electionLimit);
    await waitForRoutes(lab.gw1, 2);
    assert.deepEqual(await routesOf(lab.gw2), []);
    const way = await lab.gw1.must(["ip", "route", "get", "198.51.100.1"]);
    assert.match(way, new RegExp(`via ${via} .* src ${virtualAddress}`));
    await lab.gw1.must(["ping", "-c", "1", "-W", "2", "-n", "198.51.100.1"]);

    await pair.gw1.stop();
    assert.equal(await lab.gw1.routes(), before);
    await prober.waitFor(page2, electionLimit);
    await waitForRoutes(lab.gw2, 2);
  });

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    test(`end by themselves when the daemon gets ${signal}`, async (t) => {
      const { lab, prober } = await labFor(t);
      const before = await lab.gw1.routes();
      const pair = await startPair(lab, options);
      await prober.waitFor(page1, electionLimit);
      await waitForRoutes(lab.gw1, 2);

      pair.gw1.process.kill(signal);
      await waitForRoutes(lab.gw1, 0, 6000);
      assert.equal(await lab.gw1.routes(), before);
      await waitUntilHeldOnlyBy(lab, lab.gw2);
      await waitForRoutes(lab.gw2, 2);
    });
  }

  test("come back when somebody deletes one, or the address that they come from", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    await waitForRoutes(lab.gw1, 2);
    await lab.gw1.must(["ip", "route", "delete", "198.51.100.0/24", "proto", "112"]);
    await waitForRoutes(lab.gw1, 2);
    await lab.gw1.must(["ip", "address", "delete", `${virtualAddress}/32`, "dev", "eth0"]);
    await waitForRoutes(lab.gw1, 2);
    assert.equal(await lab.gw1.hasAddress(virtualAddress), true);
  });

  test("never take the place of somebody else's route, which is told", async (t) => {
    const { lab, prober } = await labFor(t);
    await lab.gw1.must(["ip", "route", "add", "198.51.100.0/24", "via", ownAddresses.gw2]);
    const before = await lab.gw1.routes();
    const gateway = await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    assert.match(
      await gateway.waitForCondition("route-missing", electionLimit),
      /198\.51\.100\.0\/24 cannot be added: there is another route/,
    );
    await waitForRoutes(lab.gw1, 1);
    await gateway.stop();
    assert.equal(await lab.gw1.routes(), before);
  });

  test("of another table outlive a killed daemon until it is cleaned up after", async (t) => {
    const { lab, prober } = await labFor(t);
    const table = { ...options, router: { routes: [{ ...routes[0], table: 1000 }] } };
    for (const next of ["run", "clean-up"] as const) {
      const killed = await startGateway(lab, "gw1", table);
      await prober.waitFor(page1, electionLimit);
      await waitForRoutes(lab.gw1, 1);
      assert.equal((await routesOf(lab.gw1, "table 1000")).length, 1);
      killed.process.kill("SIGKILL");
      await killed.process.exited;
      await lab.gw1.waitForAddress(virtualAddress, false, electionLimit);
      assert.equal((await routesOf(lab.gw1)).length, 1);

      if (next === "clean-up") {
        await lab.gw1.must([gatepairBinary(), "clean-up"]);
        assert.deepEqual(await routesOf(lab.gw1), []);
      } else {
        const plain = await startGateway(lab, "gw1", fastTimers);
        await plain.waitUntilUp();
        assert.deepEqual(await routesOf(lab.gw1), []);
        await plain.stop();
      }
    }
  });
});
