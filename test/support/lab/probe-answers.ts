/** One question of the client to the virtual address, with times of CLOCK_MONOTONIC in ms. */
export interface Answer {
  readonly asked: number;
  readonly ended: number;
  /** The page, or undefined when there was none. */
  readonly page: string | undefined;
}

/** What the client noticed of an event. */
export interface Outage {
  /** Questions asked since the event that got no answer. */
  readonly failed: number;
  readonly asked: number;
  /** The longest time between two answers in a row, in milliseconds; Infinity when none came. */
  readonly longestGap: number;
  /** Milliseconds from the event to the end of the first answer; Infinity when none came. */
  readonly firstAnswer: number;
  /** The pages in the order of their answers, each named once for a run of equal ones. */
  readonly pages: string[];
}

/** The end of the last answer before `event`, so that the gap that the event opened is counted whole. */
function lastAnswerBefore(answers: readonly Answer[], event: number): number {
  const before = answers.filter((answer) => answer.page !== undefined && answer.ended < event);
  return before.reduce((latest, answer) => Math.max(latest, answer.ended), -Infinity);
}

function longestGapFrom(start: number, ends: readonly number[]): number {
  if (ends.length === 0) return Infinity;
  let previous = Number.isFinite(start) ? start : (ends[0] ?? 0);
  let longest = 0;
  for (const end of ends) {
    longest = Math.max(longest, end - previous);
    previous = end;
  }
  return longest;
}

/** What the client saw from `event` on, over all answers that are known now. */
export function measureOutage(answers: readonly Answer[], event: number): Outage {
  const since = answers.filter((answer) => answer.ended >= event);
  const answered = since.filter((answer) => answer.page !== undefined);
  const ends = answered.map((answer) => answer.ended).sort((left, right) => left - right);
  return {
    failed: since.filter((answer) => answer.page === undefined).length,
    asked: since.length,
    longestGap: longestGapFrom(lastAnswerBefore(answers, event), ends),
    firstAnswer: (ends[0] ?? Infinity) - event,
    pages: pagesInOrder(answered),
  };
}

function pagesInOrder(answered: readonly Answer[]): string[] {
  const pages: string[] = [];
  for (const { page } of answered) {
    if (page !== undefined && page !== pages.at(-1)) pages.push(page);
  }
  return pages;
}
