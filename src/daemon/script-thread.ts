import { ScriptThread } from "#linux/programs/script-thread.ts";
import { workerCode } from "./worker-code.ts";

/** A thread that starts processes; it is there from the first one on. */
export function createScriptThread(): ScriptThread {
  return new ScriptThread(() => workerCode("scripts.js", "../linux/programs/script-worker.ts"));
}
