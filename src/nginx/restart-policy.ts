import { elapsed, milliseconds } from "#base/time.ts";
import type { Instant, Milliseconds } from "#base/time.ts";
import type { NginxSettings } from "./settings.ts";

const firstBackOff = 100;
const longestBackOff = 2000;

/** The exits that still count at `now`, one at `now` included. */
export function recordExit(
  exits: readonly Instant[],
  now: Instant,
  settings: NginxSettings,
): readonly Instant[] {
  const recent = exits.filter((exit) => elapsed(exit, now) < settings.restartWindow);
  // More than the limit plus one changes no decision: the list stays bounded.
  return [...recent, now].slice(-(settings.restartAttempts + 1));
}

export function cannotBeKeptUp(exits: readonly Instant[], settings: NginxSettings): boolean {
  return exits.length > settings.restartAttempts;
}

/** The wait before the restart after the last of `exits`: 0, 100, 200, 400 ... 2000 ms. */
export function backOff(exits: readonly Instant[]): Milliseconds {
  if (exits.length <= 1) return milliseconds(0);
  return milliseconds(Math.min(firstBackOff * 2 ** (exits.length - 2), longestBackOff));
}
