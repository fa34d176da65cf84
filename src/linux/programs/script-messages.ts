import type { CheckOutcome } from "#engine/inputs.ts";
import type { BoundedProcessOptions, ProcessResult } from "./bounded-process.ts";
import type { CheckScript } from "./check-scripts.ts";

/** What a thread can be asked to run to its end. */
export type ThreadProcess = Omit<BoundedProcessOptions, "signal">;

/** From the main thread to a thread that starts processes. */
export type ScriptRequest =
  | { readonly type: "check"; readonly id: number; readonly script: CheckScript }
  | { readonly type: "process"; readonly id: number; readonly options: ThreadProcess }
  /** End the scripts of checks; other processes go on. */
  | { readonly type: "close" };

/** Back: exactly one with the number of each request, and one `closed`. */
export type ScriptReply =
  | { readonly type: "check-ended"; readonly id: number; readonly outcome: CheckOutcome }
  | { readonly type: "process-ended"; readonly id: number; readonly result: ProcessResult }
  | { readonly type: "closed" };
