import type { PairLoad, Size } from "./load.ts";
import type { Incident, OutageFigures } from "./outage.ts";
import { productNames, type ProductName } from "./products.ts";
import { median } from "./statistics.ts";

export type ByProduct<Figures> = ReadonlyMap<ProductName, Figures>;

/** All turns of one incident at one interval. */
export interface OutageResult {
  readonly incident: Incident;
  readonly interval: number;
  readonly turns: ByProduct<readonly OutageFigures[]>;
}

export interface LoadResult {
  readonly size: Size;
  readonly loads: ByProduct<PairLoad>;
}

/** One quantity: what was measured of each product, in the order of `productNames`. */
export interface Comparison {
  readonly label: string;
  readonly values: readonly number[];
}

function compare<Figures>(
  label: string,
  figures: ByProduct<Figures>,
  valueOf: (figures: Figures) => number,
): Comparison {
  const values = productNames.map((name) => {
    const measured = figures.get(name);
    return measured === undefined ? Number.NaN : valueOf(measured);
  });
  return { label, values };
}

export function describeInterval(interval: number): string {
  return interval % 1000 === 0 ? `${interval / 1000} s` : `${interval} ms`;
}

/** Milliseconds without an answer at the client, medians. */
export function outageOf({ incident, interval, turns }: OutageResult): Comparison {
  const label = `${incident}, ${describeInterval(interval)}`;
  return compare(label, turns, (all) => median(all.map(({ outage }) => outage)));
}

/** Milliseconds from the last Advertisement to the other host's first answer, medians. */
export function takeoverOf({ incident, interval, turns }: OutageResult): Comparison {
  const label = `${incident}, ${describeInterval(interval)}`;
  return compare(label, turns, (all) => median(all.map(({ takeover = NaN }) => takeover)));
}

function sizeLabel({ count, interval }: Size): string {
  return `${count}, ${describeInterval(interval)}`;
}

/** Per cent of one processor, medians. */
export function cpuOf({ size, loads }: LoadResult, role: keyof PairLoad): Comparison {
  return compare(sizeLabel(size), loads, (load) => 100 * median(load[role].cpu));
}

/** MiB of the Active Router. */
export function memoryOf(
  { size, loads }: LoadResult,
  kind: "anonymous" | "proportional",
): Comparison {
  return compare(sizeLabel(size), loads, ({ active }) => active.memory[kind] / 1024);
}

/** How many times the last product's value the first one's is. */
export function ratioOf({ values }: Comparison): number {
  return (values[0] ?? Number.NaN) / (values.at(-1) ?? Number.NaN);
}
