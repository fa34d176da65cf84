import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Milliseconds } from "#base/time.ts";
import type { WorkerCode } from "#base/worker-code.ts";
import type { CheckOutcome } from "#engine/inputs.ts";
import { notStarted, type ProcessResult } from "./bounded-process.ts";
import { type CheckScript, notRun } from "./check-scripts.ts";
import type { ScriptReply, ScriptRequest, ThreadProcess } from "./script-messages.ts";

/** Somebody who waits for a process: its reply, or why there will be none. */
interface Waiting {
  resolve(reply: ScriptReply): void;
  fail(reason: string): void;
}

/**
 * Starts processes in a thread of its own. Whoever starts a process waits until the new one has
 * executed its program: for as long as a busy machine lets it wait, because it has no real-time
 * scheduling, or the file system of the program does. Advertisements do not wait with it.
 */
export class ScriptThread {
  readonly #code: () => WorkerCode;
  readonly #idleLimit: Milliseconds | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #onClosed: () => void = () => {};
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** A thread holds 8 MB: without work for `idleLimit` it ends, and the next process starts another. */
  constructor(code: () => WorkerCode, idleLimit?: Milliseconds) {
    this.#code = code;
    this.#idleLimit = idleLimit;
  }

  runCheck(script: CheckScript): Promise<CheckOutcome> {
    return new Promise((resolve) => {
      this.#ask((id) => ({ type: "check", id, script }), {
        resolve: (reply) => reply.type === "check-ended" && resolve(reply.outcome),
        fail: (reason) => resolve(notRun(reason)),
      });
    });
  }

  runProcess(options: ThreadProcess): Promise<ProcessResult> {
    return new Promise((resolve) => {
      this.#ask((id) => ({ type: "process", id, options }), {
        resolve: (reply) => reply.type === "process-ended" && resolve(reply.result),
        fail: (reason) => resolve(notStarted(reason)),
      });
    });
  }

  /** Ends all scripts of checks; the thread has `deadline` for it. */
  async close(deadline: Milliseconds): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onClosed = resolve;
    this.#post({ type: "close" });
    await Promise.race([promise, sleep(deadline)]);
    // Not awaited: a thread that starts a process ends only after it; the process ends anyway.
    void worker.terminate();
  }

  /** The thread is started with the first process, and anew with the next one after it died. */
  #ask(request: (id: number) => ScriptRequest, waiting: Waiting): void {
    const id = ++this.#lastId;
    clearTimeout(this.#idle);
    this.#waiting.set(id, waiting);
    this.#worker ??= this.#start();
    this.#post(request(id));
  }

  #post(request: ScriptRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's
    this.#worker?.postMessage(request);
  }

  #start(): Worker {
    const code = this.#code();
    const worker = new Worker(code.kind === "source" ? code.code : code.url, {
      eval: code.kind === "source",
      name: "scripts",
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
    });
    let reason = "it ended";
    worker.on("message", (reply: ScriptReply) => this.#accept(reply));
    worker.on("error", (error) => (reason = String(error)));
    worker.once("exit", () => this.#worker === worker && this.#recover(reason));
    return worker;
  }

  #accept(reply: ScriptReply): void {
    if (reply.type === "closed") return this.#onClosed();
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size > 0 || this.#idleLimit === undefined) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#endIdle(), this.#idleLimit);
  }

  #endIdle(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #recover(reason: string): void {
    this.#worker = undefined;
    const text = `the thread that runs scripts failed: ${reason}`;
    for (const waiting of this.#waiting.values()) waiting.fail(text);
    this.#waiting.clear();
    this.#onClosed();
  }
}
