import { milliseconds, seconds, type Milliseconds } from "#base/time.ts";

export interface RetrySchedule {
  /** The pause after the first, the second ... failure; the last one holds from then on. */
  readonly pauses: readonly Milliseconds[];
  /** Each pause is made longer or shorter by up to this part of it, 0 to 1. */
  readonly jitter: number;
  /** A mail older than this is given up. */
  readonly giveUpAfter: Milliseconds;
}

/** Five days of trying is what RFC 5321, 4.5.4.1 asks of a mail server: at least 4 to 5 days. */
export const defaultRetrySchedule: RetrySchedule = {
  pauses: [seconds(5), seconds(15), seconds(60), seconds(300), seconds(900)],
  jitter: 0.1,
  giveUpAfter: seconds(5 * 86_400),
};

/** The pause after `failures` (1 or more) failures in a row; `random` is from 0 up to 1. */
export function retryPause(
  schedule: RetrySchedule,
  failures: number,
  random: number,
): Milliseconds {
  const index = Math.min(failures, schedule.pauses.length) - 1;
  const pause = schedule.pauses[Math.max(0, index)] ?? 0;
  return milliseconds(pause * (1 + schedule.jitter * (2 * random - 1)));
}

export function isGivenUp(schedule: RetrySchedule, age: Milliseconds): boolean {
  return age > schedule.giveUpAfter;
}
