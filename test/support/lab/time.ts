/** CLOCK_MONOTONIC in milliseconds: the same clock in every process of the machine. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Blocks the whole process: only for clean-up, where the event loop may be gone. */
export function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

export interface Wait {
  /** What is waited for, as the error message shall name it. */
  readonly what: string;
  readonly limit: number;
  readonly every?: number;
}

/** Asks again and again until the answer is neither undefined nor false; throws at the limit. */
export async function until<T>(
  wait: Wait,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = monotonicNow() + wait.limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (monotonicNow() > deadline) throw new Error(`not within ${wait.limit} ms: ${wait.what}`);
    await sleep(wait.every ?? 20);
  }
}
