import type { Instant } from "#base/time.ts";

/** Of what is unlike the one before, a flood would fill the journal. */
const mostEachSecond = 200;

/** So many entries in each second, and no more. */
export class Budget {
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;

  take(at: Instant): boolean {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) this.#taken = 0;
    this.#second = second;
    this.#taken++;
    return this.#taken <= mostEachSecond;
  }
}
