import type { Milliseconds } from "#base/time.ts";
import { ScriptThread } from "#linux/programs/script-thread.ts";
import { workerCode } from "./worker-code.ts";

/** A thread that starts processes; it is there from the first one on, or while there is work. */
export function createScriptThread(idleLimit?: Milliseconds): ScriptThread {
  const code = () => workerCode("scripts.js", "../linux/programs/script-worker.ts");
  return new ScriptThread(code, idleLimit);
}
