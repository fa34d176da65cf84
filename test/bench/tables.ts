import {
  type Comparison,
  cpuOf,
  type LoadResult,
  memoryOf,
  type OutageResult,
  outageOf,
  ratioOf,
  takeoverOf,
} from "./results.ts";
import { productNames } from "./products.ts";

/** Four digits at most, of which the last one still means something. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value >= 100) return value.toFixed(0);
  return value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

function cellsOf(comparison: Comparison): string[] {
  const ratio = ratioOf(comparison);
  const shown = Number.isFinite(ratio) && ratio < 100 ? ratio.toFixed(ratio < 0.1 ? 3 : 2) : "-";
  return [...comparison.values.map(formatFigure), shown];
}

function toMarkdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** What a client misses, and how long the protocol and the machine take for it. */
export function outageTable(results: readonly OutageResult[]): string {
  const head = ["ms without an answer", ...productNames, "ratio", "takeover", "", "ratio"];
  const rows = results.map((result) => {
    const outage = outageOf(result);
    return [outage.label, ...cellsOf(outage), ...cellsOf(takeoverOf(result))];
  });
  return toMarkdown([head, ...rows]);
}

export function cpuTable(results: readonly LoadResult[]): string {
  const head = ["% of a processor", ...productNames, "ratio", "as Backup", "", "ratio"];
  const rows = results.map((result) => {
    const active = cpuOf(result, "active");
    return [active.label, ...cellsOf(active), ...cellsOf(cpuOf(result, "backup"))];
  });
  return toMarkdown([head, ...rows]);
}

export function memoryTable(results: readonly LoadResult[]): string {
  const head = ["MiB", "gatepair, own", "keepalived, own", "with shared files", ""];
  const rows = results.map((result) => {
    const own = memoryOf(result, "anonymous");
    const all = memoryOf(result, "proportional");
    return [own.label, ...own.values.map(formatFigure), ...all.values.map(formatFigure)];
  });
  return toMarkdown([head, ...rows]);
}
