import type { Comparison } from "./results.ts";
import { formatFigure } from "./tables.ts";

/** Rows of bars, one for each series, on one logarithmic axis. */
export interface Panel {
  readonly title: string;
  readonly rows: readonly Comparison[];
}

const width = 760;
const labelWidth = 170;
/** To the right of the longest bar, for its figure. */
const figureWidth = 60;
const barHeight = 11;
const rowGap = 9;
const titleHeight = 34;
const legendHeight = 34;
const colours = ["#1f6feb", "#9aa4af"];

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escapeText(content)}</text>`;
}

/** From the power of ten below the smallest value to the largest value. */
function scaleOf(rows: readonly Comparison[]): (value: number) => number {
  const values = rows.flatMap((row) => row.values).filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.log10(Math.max(...values));
  const length = width - labelWidth - figureWidth;
  return (value) => (value > 0 ? ((Math.log10(value) - low) / (high - low)) * length : 0);
}

function rowHeight({ values }: Comparison): number {
  return values.length * barHeight + rowGap;
}

function drawRow(row: Comparison, top: number, scale: (value: number) => number): string[] {
  const label = text(labelWidth - 8, top + barHeight + 3, row.label, 'text-anchor="end"');
  const bars = row.values.flatMap((value, index) => {
    if (!Number.isFinite(value)) return [];
    const y = top + index * barHeight;
    const length = Math.max(1, scale(value));
    const [height, colour] = [barHeight - 1, colours[index] ?? "black"];
    return [
      `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${height}" fill="${colour}"/>`,
      text(labelWidth + length + 4, y + barHeight - 2, formatFigure(value), 'font-size="10"'),
    ];
  });
  return [label, ...bars];
}

function panelHeight({ rows }: Panel): number {
  return titleHeight + rows.reduce((sum, row) => sum + rowHeight(row), 0);
}

function drawPanel({ title, rows }: Panel, top: number): string[] {
  const scale = scaleOf(rows);
  let y = top + titleHeight;
  const lines = [text(12, top + 22, title, 'font-weight="bold"')];
  for (const row of rows) {
    lines.push(...drawRow(row, y, scale));
    y += rowHeight(row);
  }
  return lines;
}

function drawLegend(series: readonly string[], top: number): string[] {
  return series.flatMap((name, index) => {
    const x = labelWidth + 110 * index;
    return [
      `<rect x="${x}" y="${top + 10}" width="11" height="11" fill="${colours[index] ?? "black"}"/>`,
      text(x + 17, top + 20, name),
    ];
  });
}

/** A picture for people, all of it text; the tables beside it have the figures. */
export function drawChart(series: readonly string[], panels: readonly Panel[]): string {
  const height = legendHeight + panels.reduce((sum, panel) => sum + panelHeight(panel), 0);
  const lines = drawLegend(series, 0);
  let top = legendHeight;
  for (const panel of panels) {
    lines.push(...drawPanel(panel, top));
    top += panelHeight(panel);
  }
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#24292f">`;
  return [head, '<rect width="100%" height="100%" fill="white"/>', ...lines, "</svg>", ""].join(
    "\n",
  );
}
