/** A span of time in milliseconds, fractions allowed, never negative. */
export type Milliseconds = number & { readonly __unit: "ms" };

/**
 * A point in monotonic time, in milliseconds since boot (CLOCK_BOOTTIME, which also counts
 * suspend: clock_gettime(2)). Only differences have a meaning.
 */
export type Instant = number & { readonly __unit: "instant" };

/** Hundredths of a second, the unit of VRRPv3 on the wire (RFC 9568, 5.2.7). Range 1 to 4095. */
export type Centiseconds = number & { readonly __unit: "cs" };

export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds;
}

export function seconds(value: number): Milliseconds {
  return (value * 1000) as Milliseconds;
}

export function instant(value: number): Instant {
  return value as Instant;
}

export function centiseconds(value: number): Centiseconds {
  return value as Centiseconds;
}

export function centisecondsToMilliseconds(value: Centiseconds): Milliseconds {
  return (value * 10) as Milliseconds;
}

export function millisecondsToCentiseconds(value: Milliseconds): Centiseconds {
  return Math.round(value / 10) as Centiseconds;
}

/** The time from `earlier` to `later`; 0 when `later` is not later. */
export function elapsed(earlier: Instant, later: Instant): Milliseconds {
  return Math.max(0, later - earlier) as Milliseconds;
}

export function addTime(start: Instant, span: Milliseconds): Instant {
  return (start + span) as Instant;
}

/** Monotonic time, for every decision. */
export interface Clock {
  now(): Instant;
}

/** The time of day, for people only: logs, status, mail. Never for a decision. */
export interface WallClock {
  /** ISO 8601 in UTC with milliseconds. */
  timestamp(): string;
}
