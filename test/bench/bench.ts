/**
 * `make bench`: gatepair and keepalived side by side in one run. What a client misses when the Active
 * host crashes, loses its link or its nginx, in turns; and what many Virtual Routers cost, both pairs
 * at the same time. A run of everything writes the result into README.md.
 *
 * `--runs N` says how many turns (10); `--only outage|load` leaves the other part out;
 * `--interval MS` and `--incident NAME` measure these alone; `--write` writes that, too.
 */
import { parseArgs } from "node:util";
import { createLab } from "../support/lab/lab.ts";
import { startProber } from "../support/lab/prober.ts";
import { measureLoads, type Size } from "./load.ts";
import { incidents, measureOutage, type Bench, type OutageFigures } from "./outage.ts";
import { productNames, products, type ProductName } from "./products.ts";
import { describeReport, publish } from "./report.ts";
import { cpuOf, describeInterval, type LoadResult, type OutageResult } from "./results.ts";
import { formatFigure } from "./tables.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    only: { type: "string" },
    interval: { type: "string" },
    incident: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const turns = Number(values.runs);
const isWhole = [values.only, values.interval, values.incident].every((one) => one === undefined);

/** Milliseconds. */
const outageIntervals = [1000, 100, 10];
const loadIntervals = [1000, 100];
const counts = [1, 100, 255];

function isChosen(option: string | undefined, value: string | number): boolean {
  return option === undefined || option === String(value);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function compareOutages(
  bench: Bench,
  what: Pick<OutageResult, "incident" | "interval">,
): Promise<OutageResult> {
  const results = new Map(productNames.map((name) => [name, [] as OutageFigures[]]));
  for (let number = 0; number < turns; number += 1) {
    for (const product of products) {
      const figures = await measureOutage(bench, product, what, { number, of: turns });
      results.get(product.name)?.push(figures);
      const title = `${what.incident}, ${describeInterval(what.interval)}: ${number + 1} of ${turns}`;
      progress(`${title}, ${product.name}: ${formatFigure(figures.outage)} ms`);
    }
  }
  return { ...what, turns: results };
}

async function benchOutages(): Promise<OutageResult[]> {
  const lab = await createLab();
  const bench = { lab, prober: startProber(lab.client, { maxRuntime: 2 * 60 * 60_000 }) };
  const results: OutageResult[] = [];
  for (const incident of incidents.filter((name) => isChosen(values.incident, name))) {
    for (const interval of outageIntervals.filter((one) => isChosen(values.interval, one))) {
      results.push(await compareOutages(bench, { incident, interval }));
    }
  }
  bench.prober.stop();
  lab.close();
  return results;
}

async function compareLoads(size: Size): Promise<LoadResult> {
  const result = { size, loads: await measureLoads(productNames, size, turns) };
  const { label, values: shares } = cpuOf(result, "active");
  const told = productNames.map((name: ProductName, index) => {
    return `${name} ${formatFigure(shares[index] ?? Number.NaN)} %`;
  });
  progress(`load, ${label}: ${told.join(", ")}`);
  return result;
}

async function benchLoads(): Promise<LoadResult[]> {
  const results: LoadResult[] = [];
  for (const interval of loadIntervals.filter((one) => isChosen(values.interval, one))) {
    for (const count of counts) results.push(await compareLoads({ count, interval }));
  }
  return results;
}

const loads = isChosen(values.only, "load") ? await benchLoads() : [];
const outages = isChosen(values.only, "outage") ? await benchOutages() : [];
const report = { turns, outages, loads };
console.log(`\n${describeReport(report)}`);
if (isWhole || values.write) publish(report);
