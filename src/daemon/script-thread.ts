import { ScriptThread } from "#linux/script-thread.ts";
import { workerCode } from "./worker-code.ts";

/** A thread that starts processes; it is there from the first one on. */
export function createScriptThread(): ScriptThread {
  return new ScriptThread(() => workerCode("scripts.js", "../linux/script-worker.ts"));
}
