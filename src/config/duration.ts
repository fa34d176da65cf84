import { milliseconds } from "#base/time.ts";
import type { Milliseconds } from "#base/time.ts";

const unitFactors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What a duration looks like: a number and its unit, without a space. */
export const durationPattern = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/;

/** Reads `10ms`, `1s`, `1.5s`, `5m`, `1h`; nothing for another text or a part of a millisecond. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, number, unit] = durationPattern.exec(text) ?? [];
  if (number === undefined) return undefined;
  const exact = Number(number) * unitFactors[unit as keyof typeof unitFactors];
  const whole = Math.round(exact);
  // Binary fractions: 1.001 * 1000 is not 1001.
  return Math.abs(exact - whole) < 1e-6 ? milliseconds(whole) : undefined;
}

/** In the largest unit that leaves a short number: 1s, 1.5s, 100ms, 5m. */
export function formatDuration(duration: Milliseconds): string {
  if (duration >= 3_600_000 && duration % 3_600_000 === 0) return `${duration / 3_600_000}h`;
  if (duration >= 60_000 && duration % 60_000 === 0) return `${duration / 60_000}m`;
  return duration >= 1000 ? `${duration / 1000}s` : `${duration}ms`;
}
