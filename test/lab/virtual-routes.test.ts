import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import {
  globalAddresses,
  ownAddresses,
  virtualAddress,
  virtualAddresses6,
} from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { sleep, until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, page2, waitUntilHeldOnlyBy } from "./expectations.ts";

/** What is the same of both families, played for each. */
const families = [
  {
    family: 4,
    name: "IPv4",
    own: ownAddresses,
    source: virtualAddress,
    addresses: [virtualAddress],
    network: "198.51.100.0/24",
    target: "198.51.100.1",
  },
  {
    family: 6,
    name: "IPv6",
    own: globalAddresses,
    source: virtualAddresses6[1],
    addresses: [virtualAddress, ...virtualAddresses6],
    network: "2001:db8:5::/48",
    target: "2001:db8:5::1",
  },
] as const;
type Played = (typeof families)[number];

function optionsFor({ addresses, own, network }: Played) {
  const via = own.client;
  const routes = [
    { to: network, via },
    { to: "default", via, metric: 7 },
  ];
  return { ...fastTimers, router: { addresses: [...addresses], routes } };
}

/**
 * All that lead somewhere: an IPv6 route that has ended is listed for half a minute more. Without what
 * counts down.
 */
async function routesOf(host: Host, { family }: Pick<Played, "family">): Promise<string[]> {
  const lines = (await host.routes(family)).split("\n").map((line) => line.trim());
  const live = lines.filter((line) => line !== "" && !/ expires -\d/.test(line));
  return live.map((line) => line.replace(/ expires \d+sec/, "")).sort();
}

/** Those that are marked as ours. */
async function ownRoutesOf(host: Host, played: Pick<Played, "family">): Promise<string[]> {
  return (await routesOf(host, played)).filter((line) => line.includes("proto 112"));
}

async function waitForRoutes(host: Host, played: Played, count: number, limit = electionLimit) {
  const what = `${count} virtual routes on ${host.name}`;
  await until({ what, limit }, async () => {
    const own = await ownRoutesOf(host, played);
    return own.filter((line) => line.includes(`src ${played.source}`)).length === count;
  });
}

for (const played of families) {
  const { family, name, own, source, network, target } = played;
  const options = optionsFor(played);
  const ipv6 = family === 6;

  describe(`virtual routes of ${name}`, () => {
    test("are on the Active host alone, lead somewhere, and move with the role", async (t) => {
      const { lab, prober } = await labFor(t, { ipv6 });
      const { gw1, gw2, client } = lab;
      await client.must(["ip", "address", "add", `${target}/${ipv6 ? 128 : 32}`, "dev", "lo"]);
      const before = await routesOf(gw1, played);
      const pair = await startPair(lab, options);
      await prober.waitFor(page1, electionLimit);
      await waitForRoutes(gw1, played, 2);
      assert.deepEqual(await ownRoutesOf(gw2, played), []);
      const way = await gw1.must(["ip", "route", "get", target]);
      assert.match(way, new RegExp(`via ${own.client} .* src ${source}`));
      await gw1.must(["ping", "-c", "1", "-W", "2", "-n", target]);

      // Longer than a lifetime without renewal.
      await sleep(4000);
      assert.equal((await ownRoutesOf(gw1, played)).length, 2);

      await pair.gw1.command("failover");
      await prober.waitFor(page2, electionLimit);
      await waitForRoutes(gw2, played, 2);
      assert.deepEqual(await ownRoutesOf(gw1, played), []);
      await pair.gw1.stop();
      assert.deepEqual(await routesOf(gw1, played), before);
    });

    for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
      test(`end by themselves when the daemon gets ${signal}`, async (t) => {
        const { lab, prober } = await labFor(t, { ipv6 });
        const before = await routesOf(lab.gw1, played);
        const wayBefore = await lab.gw1.run(["ip", "route", "get", target]);
        const pair = await startPair(lab, options);
        await prober.waitFor(page1, electionLimit);
        await waitForRoutes(lab.gw1, played, 2);

        pair.gw1.process.kill(signal);
        const what = `routes as before on ${lab.gw1.name}`;
        await until({ what, limit: 6000 }, async () =>
          isDeepStrictEqual(await routesOf(lab.gw1, played), before),
        );
        assert.deepEqual(await lab.gw1.run(["ip", "route", "get", target]), wayBefore);
        await waitUntilHeldOnlyBy(lab, lab.gw2);
        await waitForRoutes(lab.gw2, played, 2);
        if (signal === "SIGKILL") {
          await lab.gw1.must([gatepairBinary(), "clean-up"]);
          assert.doesNotMatch(await lab.gw1.routes(family), / proto 112 /, "not even listed");
        } else {
          pair.gw1.process.kill("SIGCONT");
          await waitForRoutes(lab.gw1, played, 2);
          await waitForRoutes(lab.gw2, played, 0);
        }
      });
    }

    test("come back when somebody deletes one, or the address that they come from", async (t) => {
      const { lab, prober } = await labFor(t, { ipv6 });
      await startGateway(lab, "gw1", options);
      await prober.waitFor(page1, electionLimit);
      await waitForRoutes(lab.gw1, played, 2);
      await lab.gw1.must(["ip", `-${family}`, "route", "delete", network, "proto", "112"]);
      await waitForRoutes(lab.gw1, played, 2);
      const prefix = `${source}/${ipv6 ? 128 : 32}`;
      await lab.gw1.must(["ip", "address", "delete", prefix, "dev", "eth0"]);
      await waitForRoutes(lab.gw1, played, 2);
      assert.equal(await lab.gw1.hasAddress(source), true);
    });

    test("never take the place of somebody else's route, which is told", async (t) => {
      const { lab, prober } = await labFor(t, { ipv6 });
      await lab.gw1.must(["ip", "route", "add", network, "via", own.gw2]);
      const before = await routesOf(lab.gw1, played);
      const gateway = await startGateway(lab, "gw1", options);
      await prober.waitFor(page1, electionLimit);
      assert.match(
        await gateway.waitForCondition("route-missing", electionLimit),
        new RegExp(`${network}.* cannot be added: there is another route`),
      );
      await waitForRoutes(lab.gw1, played, 1);
      await gateway.stop();
      assert.deepEqual(await routesOf(lab.gw1, played), before);
    });
  });
}

describe("virtual routes of a killed daemon", () => {
  test("of IPv4 in another table are there until it is cleaned up after", async (t) => {
    const { lab, prober } = await labFor(t);
    const [ipv4] = families;
    const route = { to: ipv4.network, via: ownAddresses.client, table: 1000 };
    const table = { ...fastTimers, router: { routes: [route] } };
    for (const next of ["run", "clean-up"] as const) {
      const killed = await startGateway(lab, "gw1", table);
      await prober.waitFor(page1, electionLimit);
      await waitForRoutes(lab.gw1, ipv4, 1);
      assert.match((await ownRoutesOf(lab.gw1, ipv4)).join(), / table 1000 /);
      killed.process.kill("SIGKILL");
      await killed.process.exited;
      await lab.gw1.waitForAddress(virtualAddress, false, electionLimit);
      assert.equal((await ownRoutesOf(lab.gw1, ipv4)).length, 1);

      if (next === "clean-up") {
        await lab.gw1.must([gatepairBinary(), "clean-up"]);
        assert.deepEqual(await ownRoutesOf(lab.gw1, ipv4), []);
      } else {
        const plain = await startGateway(lab, "gw1", fastTimers);
        await plain.waitUntilUp();
        assert.deepEqual(await ownRoutesOf(lab.gw1, ipv4), []);
        await plain.stop();
      }
    }
  });
});
