import { line } from "./line.ts";
import type { Line } from "./line.ts";
import type { Screen } from "./screen.ts";

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Everything, a blank line before each section. */
export function listLines({ title, sections }: Screen): Line[] {
  return [title, ...sections.flatMap((lines) => [line(""), ...lines])];
}

/**
 * As much as there is room for. The least important is cut first; what is short of room first
 * loses its blank lines, then what is below, never the roles in one line.
 */
export function fitScreen(screen: Screen, { rows, columns }: Size): Line[] {
  const spaced = listLines(screen);
  const dense = [screen.title, ...screen.sections.flat()];
  const lines = spaced.length <= rows ? spaced : dense.length <= rows ? dense : cut(screen, rows);
  return lines.map(({ text, tone, material }) => ({
    text: shorten(text, columns),
    tone,
    material,
  }));
}

function cut({ title, summary, sections }: Screen, rows: number): Line[] {
  const lines = [title, summary, ...sections.flat()];
  const kept = lines.slice(0, Math.max(0, rows - 1));
  return [...kept, line(`... and ${lines.length - kept.length} more lines: gatepair status`)];
}

function shorten(text: string, columns: number): string {
  const characters = Array.from(text);
  return characters.length <= columns
    ? text
    : `${characters.slice(0, Math.max(0, columns - 1)).join("")}>`;
}
