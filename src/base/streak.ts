/** Results of one kind in a row: one of the two counts is always 0. */
export interface Streak {
  readonly successes: number;
  readonly failures: number;
}

export const noStreak: Streak = { successes: 0, failures: 0 };

/** The streak with one more result. */
export function extendStreak(before: Streak, ok: boolean): Streak {
  return ok
    ? { successes: before.successes + 1, failures: 0 }
    : { successes: 0, failures: before.failures + 1 };
}
