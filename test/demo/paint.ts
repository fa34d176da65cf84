import { styleText } from "node:util";
import type { Outage } from "../support/lab/probe-answers.ts";

/*
 * What the demo prints. styleText leaves the colours out where stdout is no terminal, and where
 * NO_COLOR asks for that.
 */

export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

export function heading(text: string): void {
  say(`\n${styleText("bold", text)}`);
}

export function note(text: string): void {
  say(styleText("dim", `    ${text}`));
}

/** What is done to the pair, as a person would type or do it. */
export function deed(where: string, text: string): void {
  say(`\n  ${styleText("cyan", where)}  ${styleText("bold", text)}`);
}

export function kept(text: string): void {
  say(`    ${styleText("green", "✔")} ${text}`);
}

export function broken(text: string): void {
  say(`    ${styleText("red", "✘")} ${text}`);
}

export function formatMilliseconds(value: number): string {
  if (!Number.isFinite(value)) return "until the end";
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

/** "first answer after 3.62 s". */
export function describeStart(outage: Outage): string {
  return `first answer after ${formatMilliseconds(outage.firstAnswer)}`;
}

/** "12 of 830 requests failed; longest time without an answer: 610 ms". */
export function describeOutage(outage: Outage): string {
  const failed = outage.failed === 0 ? "none" : String(outage.failed);
  const gap = formatMilliseconds(outage.longestGap);
  return `${failed} of ${outage.asked} requests failed; longest time without an answer: ${gap}`;
}
