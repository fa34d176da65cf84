import type { Worker } from "node:worker_threads";
import { retryPause, type RetrySchedule } from "#alerts/retry-schedule.ts";
import { milliseconds, seconds, type Milliseconds } from "#base/time.ts";
import type { BackgroundReply, BackgroundRequest } from "./background-messages.ts";

export interface ThreadFailure {
  readonly reason: string;
  readonly restartIn: Milliseconds;
}

/** Somebody on the main thread who works through the background thread. */
export interface BackgroundUser {
  /** The thread has started, for the first time or anew; it knows nothing yet. */
  onStart(): void;
  onReply(reply: BackgroundReply): void;
  /** The thread is gone; answers that were waited for will not come. */
  onFailure?(reason: string): void;
}

export interface BackgroundThreadOptions {
  readonly start: () => Worker;
  readonly onFailure: (failure: ThreadFailure) => void;
  /** Pauses before a restart; `giveUpAfter` is not used, it never gives up. */
  readonly restarts?: RetrySchedule;
  /** How often the thread must show that it is not stuck; it may be silent for 4 times as long. */
  readonly pingInterval?: Milliseconds;
}

const defaultRestarts: RetrySchedule = {
  pauses: [seconds(1), seconds(5), seconds(15), seconds(60)],
  jitter: 0.1,
  giveUpAfter: milliseconds(Number.POSITIVE_INFINITY),
};
const allowedSilences = 4;
/** After this long a failure counts as the first one again. */
const soundRunTime = 600_000;

/**
 * Keeps one background thread running: it is started anew, with a back-off, when it dies, and
 * ended when it is stuck. Nothing here ever waits for the thread.
 */
export class BackgroundThread {
  readonly #options: BackgroundThreadOptions;
  readonly #users: BackgroundUser[] = [];
  #worker: Worker | undefined;
  #startedAt = 0;
  #failures = 0;
  #silences = 0;
  #pingTimer: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #onClosed: (() => void) | undefined;

  constructor(options: BackgroundThreadOptions) {
    this.#options = options;
  }

  /** Call before `start`. */
  addUser(user: BackgroundUser): void {
    this.#users.push(user);
  }

  start(): void {
    const worker = this.#options.start();
    let reason = "it ended by itself";
    worker.on("message", (reply: BackgroundReply) => this.#accept(reply));
    worker.on("error", (error) => (reason = String(error)));
    worker.once("exit", () => this.#recover(reason));
    this.#worker = worker;
    this.#startedAt = performance.now();
    this.#silences = 0;
    this.#pingTimer = setInterval(() => this.#ping(), this.#options.pingInterval ?? 15_000);
    for (const user of this.#users) user.onStart();
  }

  /** Lost when no thread runs: whoever needs an answer asks again in `onStart`. */
  post(request: BackgroundRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's
    this.#worker?.postMessage(request);
  }

  /** Lets the thread finish what is due, for at most `deadline`, and ends it. */
  async close({ deadline }: { readonly deadline: Milliseconds }): Promise<void> {
    clearTimeout(this.#restartTimer);
    clearInterval(this.#pingTimer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onClosed = resolve;
    const timer = setTimeout(resolve, deadline);
    this.post({ type: "close" });
    await promise;
    clearTimeout(timer);
    this.#worker = undefined;
    // Not awaited: a thread inside a synchronous call ends only after it, the process ends anyway.
    void worker.terminate();
  }

  #accept(reply: BackgroundReply): void {
    this.#silences = 0;
    if (reply.type === "closed") this.#onClosed?.();
    for (const user of this.#users) user.onReply(reply);
  }

  #ping(): void {
    if (this.#silences >= allowedSilences) void this.#worker?.terminate();
    this.#silences += 1;
    this.post({ type: "ping" });
  }

  /** Only after the old thread's end, so that no two ever work on one spool. */
  #recover(reason: string): void {
    clearInterval(this.#pingTimer);
    if (this.#onClosed !== undefined) return this.#onClosed();
    this.#worker = undefined;
    const stuck = this.#silences >= allowedSilences;
    const text = stuck ? "it was stuck" : reason;
    if (performance.now() - this.#startedAt > soundRunTime) this.#failures = 0;
    this.#failures += 1;
    const schedule = this.#options.restarts ?? defaultRestarts;
    const restartIn = retryPause(schedule, this.#failures, Math.random());
    this.#restartTimer = setTimeout(() => this.start(), restartIn);
    this.#options.onFailure({ reason: text, restartIn });
    for (const user of this.#users) user.onFailure?.(text);
  }
}
