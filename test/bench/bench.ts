/**
 * `make bench`: what a client sees when the Active host crashes, gatepair and keepalived in turns
 * in one run; how long nginx is away when it is killed; and the daemon's memory.
 * `--short` takes fewer turns; `--interval MS` measures at one interval alone; `--runs N` says how many; `--only NAME` leaves the other one out.
 */
import { parseArgs } from "node:util";
import { createLab } from "../support/lab/lab.ts";
import { startProber } from "../support/lab/prober.ts";
import { measureCrash, type Bench, type CrashFigures } from "./crash.ts";
import { measureRestarts } from "./nginx-restart.ts";
import { gatepair, keepalived, type Product, type Timers } from "./products.ts";
import { median, printTable } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    runs: { type: "string" },
    only: { type: "string" },
    interval: { type: "string" },
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

/** `--interval 10` measures at that interval alone. */
function isChosen({ interval }: Timers): boolean {
  return values.interval === undefined || interval === Number(values.interval);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

type Results = ReadonlyMap<Product, CrashFigures[]>;

async function compare(bench: Bench, timers: Timers): Promise<Results> {
  const results = new Map(products.map((product) => [product, [] as CrashFigures[]]));
  for (let number = 0; number < turns; number += 1) {
    for (const product of products) {
      const figures = await measureCrash(bench, product, timers, { number, of: turns });
      results.get(product)?.push(figures);
      const what = `v${timers.version}, ${timers.interval} ms: ${number + 1} of ${turns}`;
      const text = `outage ${figures.outage.toFixed(0)}, takeover ${figures.takeover.toFixed(1)} ms`;
      progress(`crash, ${what}, ${product.name}: ${text}`);
    }
  }
  return results;
}

function describe(name: string, results: Results, figure: keyof CrashFigures): string[] {
  const columns = [gatepair, keepalived].map((product) =>
    (results.get(product) ?? []).map((figures) => figures[figure]),
  );
  const [ours = Number.NaN, theirs = Number.NaN] = columns.map(median);
  const cells = columns.flatMap((values) =>
    values.length === 0 ? ["-", "-"] : [median(values).toFixed(1), Math.max(...values).toFixed(1)],
  );
  return [name, ...cells, (ours / theirs).toFixed(3)];
}

async function benchCrashes(bench: Bench): Promise<void> {
  const rows: string[][] = [["in ms", "gatepair", "max", "keepalived", "max", "ratio"]];
  for (const timers of comparisons.filter(isChosen)) {
    const results = await compare(bench, timers);
    const name = `v${timers.version}, ${timers.interval} ms`;
    rows.push(describe(`${name}: outage`, results, "outage"));
    rows.push(describe(`${name}: takeover`, results, "takeover"));
  }
  console.log(`\nMedian and maximum of ${turns} crashes of the Active host`);
  console.log("outage: the longest time between two answers at the client");
  console.log("takeover: from the last Advertisement on the wire to the first answer\n");
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
