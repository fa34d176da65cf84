import { milliseconds } from "#base/time.ts";
import type { Milliseconds } from "#base/time.ts";
import { act, arm, cancel, run, stay, update } from "./parts.ts";
import type { Context, Part, StoppingPhase } from "./state.ts";

/** SIGTERM gets the last fifth of the time to stop; before it, SIGQUIT lets connections end. */
const gracefulShare = 0.8;

/** What an nginx that does not answer gets after SIGTERM: it is of no use to anybody. */
const silentGrace = milliseconds(500);

/** Stops the running nginx because it is not wanted, or, with SIGTERM, not for now. */
export function stop(context: Context, signal: "SIGQUIT" | "SIGTERM"): Part {
  const { stopTimeout } = context.settings;
  const share = signal === "SIGQUIT" ? gracefulShare : 1 - gracefulShare;
  return enterStopping(signal, true, milliseconds(stopTimeout * share));
}

/** Stops an nginx that does not answer; its exit then counts as a failure. */
export const stopSilent: Part = enterStopping("SIGTERM", false, silentGrace);

function enterStopping(
  stage: "SIGQUIT" | "SIGTERM",
  expected: boolean,
  patience: Milliseconds,
): Part {
  return (state) => {
    const { phase } = state;
    if (phase.name !== "running" && phase.name !== "stopping") return stay(state);
    const { pid, answered } = phase;
    return run(
      state,
      cancel("probe", "start-limit", "reload"),
      update({ phase: { name: "stopping", pid, stage, expected, answered } }),
      act({ type: "signal", pid, signal: stage }),
      arm("stop", patience),
    );
  };
}

/** The `stop` timer fired: the next, harder signal. Nothing comes after SIGKILL. */
export function stopHarder(context: Context): Part {
  return (state) => {
    const { phase } = state;
    if (phase.name !== "stopping") return stay(state);
    if (phase.stage === "SIGQUIT") return run(state, stop(context, "SIGTERM"));
    const killed: StoppingPhase = { ...phase, stage: "SIGKILL" };
    return run(
      state,
      update({ phase: killed }),
      act({ type: "signal", pid: phase.pid, signal: "SIGKILL" }),
    );
  };
}
