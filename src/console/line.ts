import { printable } from "#base/printable.ts";

export type Tone = "plain" | "good" | "warning" | "bad";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
  /** What makes a difference to a reader of a log: the text without figures that only tick. */
  readonly material: string;
}

export function line(text: string, tone: Tone = "plain", material = text): Line {
  return { text: printable(text), tone, material: printable(material) };
}

/** Below what it belongs to. */
export function row(label: string, text: string, tone: Tone = "plain", material = text): Line {
  return line(`  ${label.padEnd(10)} ${text}`, tone, `${label} ${material}`);
}

/** In steps that do not make a screen restless; `span` is in seconds. */
export function formatSpan(span: number): string {
  if (span < 10) return "under 10 s";
  if (span < 60) return `${Math.floor(span / 10) * 10} s`;
  if (span < 7200) return `${Math.floor(span / 60)} min`;
  if (span < 172_800) return `${Math.floor(span / 3600)} h`;
  return `${Math.floor(span / 86_400)} d`;
}
