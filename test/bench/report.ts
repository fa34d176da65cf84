import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeRegion } from "../support/marked-region.ts";
import { productNames } from "./products.ts";
import { cpuOf, type LoadResult, type OutageResult, outageOf } from "./results.ts";
import { drawChart } from "./svg-chart.ts";
import { cpuTable, memoryTable, outageTable } from "./tables.ts";

const picture = join(import.meta.dirname, "speed.svg");

export interface Report {
  readonly turns: number;
  readonly outages: readonly OutageResult[];
  readonly loads: readonly LoadResult[];
}

/** The figures as README.md shows them; nothing of what was not measured. */
export function describeReport({ turns, outages, loads }: Report): string {
  const parts = [`Medians of ${turns}.\n`];
  if (outages.length > 0) parts.push(outageTable(outages));
  if (loads.length > 0) parts.push(cpuTable(loads), memoryTable(loads));
  return parts.join("\n");
}

/** Writes the figures into README.md and draws the picture that it shows. */
export function publish(report: Report): void {
  writeRegion("speed", describeReport(report));
  const panels = [
    { title: "Milliseconds without an answer at the client", rows: report.outages.map(outageOf) },
    {
      title: "Per cent of a processor, Active Router, by virtual routers and interval",
      rows: report.loads.map((load) => cpuOf(load, "active")),
    },
  ];
  const measured = panels.filter(({ rows }) => rows.length > 0);
  writeFileSync(picture, drawChart(productNames, measured));
}
