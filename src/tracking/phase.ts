import { type Milliseconds, milliseconds, seconds } from "#base/time.ts";

/** Where in its interval something periodic happens, so that many of them do not happen at once. */
export interface Phase {
  /** From the start to the first time. */
  readonly first: Milliseconds;
  /** How much longer than the interval it is from the first time to the second. */
  readonly shift: Milliseconds;
}

/** Everything is looked at once within this time of the start: until then no role is taken. */
const startSpread = seconds(1);

/** The phase of one of `count`, by its `index` from 0: spread evenly, from the second time on. */
export function phaseOf(index: number, count: number, interval: Milliseconds): Phase {
  const spread = Math.min(startSpread, interval);
  const share = index / count;
  return { first: milliseconds(share * spread), shift: milliseconds(share * (interval - spread)) };
}
