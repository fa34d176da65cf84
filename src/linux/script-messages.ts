import type { CheckOutcome } from "#engine/inputs.ts";
import type { CheckScript } from "./check-scripts.ts";

/** From the main thread to the thread of the scripts. */
export type ScriptRequest =
  | { readonly type: "run"; readonly id: number; readonly script: CheckScript }
  | { readonly type: "close" };

/** Back: exactly one `ended` for each `run`. */
export type ScriptReply =
  | { readonly type: "ended"; readonly id: number; readonly outcome: CheckOutcome }
  | { readonly type: "closed" };
