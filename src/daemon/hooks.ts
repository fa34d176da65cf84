import { setTimeout as sleep } from "node:timers/promises";
import { type Milliseconds, seconds } from "#base/time.ts";
import type { Engine } from "#engine/engine.ts";
import type { HookPort } from "#engine/ports.ts";
import { describeHookFailure, HookRunner } from "#linux/programs/hooks.ts";
import { createScriptThread } from "./script-thread.ts";

/** At the end; a hook that takes longer goes on without us. */
const closeDeadline = seconds(5);

/** Hooks as the engine wants them: what became of one is an input. */
export function createHookPort(
  timeLimit: Milliseconds,
  post: Engine["post"],
): HookPort & { close(): Promise<void> } {
  // A thread apart from that of the checks: none of their programs holds up a hook.
  const thread = createScriptThread();
  const runner = new HookRunner({
    timeLimit,
    runProcess: (options) => thread.runProcess(options),
    onOutcome: (outcome) => {
      const failure = describeHookFailure(outcome);
      const detail = failure ?? `it took ${outcome.seconds.toFixed(1)} s`;
      const ok = failure === undefined;
      post({ type: "hook-outcome", outcome: { hook: outcome.hook, ok, detail } });
    },
    onDropped: (hook) => {
      const detail = "it did not run: too many hooks were waiting";
      post({ type: "hook-outcome", outcome: { hook, ok: false, detail } });
    },
  });
  return {
    run: (command, facts) => runner.run(command, facts),
    close: () => Promise.race([runner.idle(), sleep(closeDeadline)]),
  };
}
