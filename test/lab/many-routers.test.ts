import assert from "node:assert/strict";
import { test } from "node:test";
import { countAddresses, joinSubnet, startMany } from "../bench/many-routers.ts";
import { labFor } from "../support/lab/fixture.ts";
import { anonymousMemory } from "../support/lab/process-table.ts";
import { until } from "../support/lab/time.ts";

/** Kilobytes. */
const mostMemory = { 1: 40 * 1024, 255: 80 * 1024 } as const;

for (const count of [1, 255] as const) {
  const name = count === 1 ? "one virtual router" : `${count} virtual routers on one interface`;

  test(`${name}: one host has every address, then the other, in bounded memory`, async (t) => {
    const { lab } = await labFor(t);
    const start = async (host: "gw1" | "gw2", priority: number) => {
      await joinSubnet(lab[host], priority);
      return startMany("gatepair", lab[host], { count, interval: 1000, priority });
    };
    const holds = (host: "gw1" | "gw2") =>
      until({ what: `${host} with every address`, limit: 30_000, every: 200 }, async () => {
        return (await countAddresses(lab[host])) === count;
      });
    await start("gw1", 100);
    await holds("gw1");
    const backup = await start("gw2", 99);
    await until({ what: "the Backup's answer", limit: 20_000, every: 100 }, async () => {
      return (await lab.gw2.run(["ls", "/run/gatepair/control.sock"])).code === 0;
    });
    assert.equal(await countAddresses(lab.gw2), 0);
    lab.gw1.crash();
    await holds("gw2");
    const memory = anonymousMemory(backup.pid) ?? Infinity;
    assert.ok(memory < mostMemory[count], `${memory} kB`);
  });
}
