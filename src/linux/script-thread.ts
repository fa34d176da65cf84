import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Milliseconds } from "#base/time.ts";
import type { WorkerCode } from "#base/worker-code.ts";
import type { CheckOutcome } from "#engine/inputs.ts";
import { type CheckScript, notRun } from "./check-scripts.ts";
import type { ScriptReply, ScriptRequest } from "./script-messages.ts";

/**
 * Starts the scripts of checks in a thread of its own. Whoever starts a process waits until the new
 * one has executed its program: for as long as a busy machine lets it wait, because it has no
 * real-time scheduling, or the file system of the program does. Advertisements do not wait with it.
 */
export class ScriptThread {
  readonly #code: () => WorkerCode;
  readonly #waiting = new Map<number, (outcome: CheckOutcome) => void>();
  #worker: Worker | undefined;
  #onClosed: () => void = () => {};
  #lastId = 0;

  constructor(code: () => WorkerCode) {
    this.#code = code;
  }

  /** The thread is started with the first script, and anew with the next one after it died. */
  run(script: CheckScript): Promise<CheckOutcome> {
    const { promise, resolve } = Promise.withResolvers<CheckOutcome>();
    const id = ++this.#lastId;
    this.#waiting.set(id, resolve);
    this.#worker ??= this.#start();
    this.#post({ type: "run", id, script });
    return promise;
  }

  /** Ends all scripts that run; the thread has `deadline` for it. */
  async close(deadline: Milliseconds): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onClosed = resolve;
    this.#post({ type: "close" });
    await Promise.race([promise, sleep(deadline)]);
    // Not awaited: a thread that starts a process ends only after it; the process ends anyway.
    void worker.terminate();
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
    worker.once("exit", () => this.#recover(reason));
    return worker;
  }

  #accept(reply: ScriptReply): void {
    if (reply.type === "closed") return this.#onClosed();
    this.#waiting.get(reply.id)?.(reply.outcome);
    this.#waiting.delete(reply.id);
  }

  #recover(reason: string): void {
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) {
      resolve(notRun(`the thread that runs scripts failed: ${reason}`));
    }
    this.#waiting.clear();
    this.#onClosed();
  }
}
