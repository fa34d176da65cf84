import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const readme = join(import.meta.dirname, "../../README.md");

/** Where a generated part of README.md begins and ends. */
function boundsOf(text: string, name: string): { start: number; end: number } {
  const [begin, finish] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`];
  const start = text.indexOf(begin) + begin.length;
  const end = text.indexOf(finish, start);
  if (start < begin.length || end < 0) throw new Error(`README.md has no region ${name}`);
  return { start, end };
}

/** The text between the comments `begin NAME` and `end NAME` of README.md. */
export function readRegion(name: string): string {
  const text = readFileSync(readme, "utf8");
  const { start, end } = boundsOf(text, name);
  return text.slice(start, end);
}

export function writeRegion(name: string, content: string): void {
  const text = readFileSync(readme, "utf8");
  const { start, end } = boundsOf(text, name);
  writeFileSync(readme, text.slice(0, start) + content + text.slice(end));
}
