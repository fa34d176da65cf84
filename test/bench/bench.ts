/**
 * `make bench`: what a client sees when the Active host crashes, gatepair and keepalived in turns
 * in one run; how long nginx is away when it is killed; and the daemon's memory.
 * `--short` takes fewer turns; `--runs N` says how many; `--only NAME` leaves the other one out.
 */
import { parseArgs } from "node:util";
import { createLab } from "../support/lab/lab.ts";
import { startProber } from "../support/lab/prober.ts";
import { measureCrash, type Bench } from "./crash.ts";
import { measureRestarts } from "./nginx-restart.ts";
import { gatepair, keepalived, type Product, type Timers } from "./products.ts";
import { median, printTable } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    runs: { type: "string" },
    only: { type: "string" },
  },
});

const turns = Number(values.runs ?? (values.short ? 3 : 10));
const products = [gatepair, keepalived].filter(({ name }) => name === (values.only ?? name));

const comparisons: readonly Timers[] = [
  { version: 2, interval: 1000 },
  { version: 3, interval: 1000 },
  { version: 3, interval: 100 },
  { version: 3, interval: 10 },
];

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function compare(bench: Bench, timers: Timers): Promise<Map<Product, number[]>> {
  const results = new Map(products.map((product) => [product, [] as number[]]));
  for (let number = 0; number < turns; number += 1) {
    for (const product of products) {
      const gap = await measureCrash(bench, product, timers, { number, of: turns });
      results.get(product)?.push(gap);
      const what = `v${timers.version}, ${timers.interval} ms`;
      progress(`crash, ${what}: ${number + 1} of ${turns}, ${product.name} ${gap.toFixed(0)} ms`);
    }
  }
  return results;
}

function describe(timers: Timers, results: ReadonlyMap<Product, number[]>): string[] {
  const cells = [gatepair, keepalived].map((product) => results.get(product) ?? []);
  const medians = cells.map(median);
  const ratio = (medians[0] ?? Number.NaN) / (medians[1] ?? Number.NaN);
  return [
    `host crashed, v${timers.version}, ${timers.interval} ms`,
    ...cells.flatMap((gaps, index) => [
      (medians[index] ?? Number.NaN).toFixed(0),
      gaps.length === 0 ? "-" : Math.max(...gaps).toFixed(0),
    ]),
    ratio.toFixed(2),
  ];
}

async function benchCrashes(bench: Bench): Promise<void> {
  const rows: string[][] = [["outage in ms", "gatepair", "max", "keepalived", "max", "ratio"]];
  for (const timers of comparisons) rows.push(describe(timers, await compare(bench, timers)));
  console.log(`\nMedian and maximum of ${turns} crashes of the Active host, seen by the client\n`);
  printTable(rows);
}

async function benchNginx(bench: Bench): Promise<void> {
  progress(`nginx killed ${turns} times`);
  const { gaps, failed, memory } = await measureRestarts(bench, turns);
  console.log("\nnginx killed (on_exit: restart)\n");
  printTable([
    ["median without an answer", `${median(gaps).toFixed(1)} ms`],
    ["longest without an answer", `${Math.max(...gaps).toFixed(1)} ms`],
    [`requests failed in ${turns} kills`, String(failed)],
    ["memory of the daemon (RssAnon)", `${((memory ?? Number.NaN) / 1024).toFixed(1)} MiB`],
  ]);
}

const lab = await createLab();
const bench = { lab, prober: startProber(lab.client, { maxRuntime: 60 * 60_000 }) };
await benchCrashes(bench);
if (products.includes(gatepair)) await benchNginx(bench);
bench.prober.stop();
lab.close();
