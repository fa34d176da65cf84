import { isGivenUp, retryPause, type RetrySchedule } from "#alerts/retry-schedule.ts";
import { addTime, elapsed, instant, type Clock, type Instant } from "#base/time.ts";
import type { SpooledMail } from "./smtp-settings.ts";

interface Attempt {
  /**
   * When this process first saw the mail. Its age counts from here and not from a time of day,
   * which can jump by years on a machine that boots without a battery clock.
   */
  readonly since: Instant;
  failures: number;
  notBefore: Instant;
}

/** When to try what again: the server as a whole, and each mail that it refuses for now. */
export class Attempts {
  readonly #schedule: RetrySchedule;
  readonly #clock: Clock;
  readonly #server: Attempt;
  #mails = new Map<string, Attempt>();

  constructor(schedule: RetrySchedule, clock: Clock) {
    this.#schedule = schedule;
    this.#clock = clock;
    this.#server = this.#create();
  }

  /** From now on only these are waited for; new ones may be tried at once. */
  track(mails: readonly SpooledMail[]): void {
    this.#mails = new Map(mails.map(({ id }) => [id, this.#mails.get(id) ?? this.#create()]));
  }

  /** The first of `mails` whose time has come; none while the server is given a rest. */
  findDue(mails: readonly SpooledMail[]): SpooledMail | undefined {
    const now = this.#clock.now();
    if (this.#server.notBefore > now) return undefined;
    return mails.find(({ id }) => (this.#mails.get(id)?.notBefore ?? now) <= now);
  }

  /** When the first of the tracked mails may be tried; undefined when there is none. */
  next(): Instant | undefined {
    if (this.#mails.size === 0) return undefined;
    const earliest = Math.min(...[...this.#mails.values()].map(({ notBefore }) => notBefore));
    return instant(Math.max(earliest, this.#server.notBefore));
  }

  /** The server took a mail. */
  recordSuccess(): void {
    this.#server.failures = 0;
  }

  recordServerFailure(): void {
    this.#postpone(this.#server);
  }

  recordMailFailure({ id }: SpooledMail): void {
    const attempt = this.#mails.get(id);
    if (attempt !== undefined) this.#postpone(attempt);
  }

  isGivenUp({ id }: SpooledMail): boolean {
    const now = this.#clock.now();
    return isGivenUp(this.#schedule, elapsed(this.#mails.get(id)?.since ?? now, now));
  }

  /** Something changed that makes a new attempt worth while. */
  retryAll(): void {
    const now = this.#clock.now();
    for (const attempt of [this.#server, ...this.#mails.values()]) attempt.notBefore = now;
  }

  #create(): Attempt {
    const now = this.#clock.now();
    return { since: now, failures: 0, notBefore: now };
  }

  #postpone(attempt: Attempt): void {
    attempt.failures += 1;
    const pause = retryPause(this.#schedule, attempt.failures, Math.random());
    attempt.notBefore = addTime(this.#clock.now(), pause);
  }
}
