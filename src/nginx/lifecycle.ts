import { noStreak } from "#base/streak.ts";
import { act, answer, arm, cancel, run, stay, update } from "./parts.ts";
import { stop } from "./stopping.ts";
import { isWanted } from "./state.ts";
import type { Context, NginxState, NginxStep, Part } from "./state.ts";

/** Brings what the process does in line with what is wanted. Safe to run after every event. */
export function settle(context: Context): Part {
  return (state) => {
    const wanted = isWanted(state, context.settings);
    switch (state.phase.name) {
      case "idle":
        return settleIdle(state, context);
      case "backing-off":
        return wanted ? stay(state) : run(state, cancel("restart"), goIdle, settle(context));
      case "preparing":
        return state.shuttingDown ? run(state, goIdle, settle(context)) : stay(state);
      case "running":
        return wanted ? stay(state) : run(state, stop(context, "SIGQUIT"));
      case "stopping":
        return settleStopping(state, context);
      case "finding":
      case "spawning":
      case "ended":
        return stay(state);
    }
  };
}

const goIdle: Part = update({ phase: { name: "idle" } });

function settleIdle(state: NginxState, context: Context): NginxStep {
  if (state.shuttingDown) return endWhenClear(state);
  const starting = state.command !== undefined && state.command.command !== "stop";
  if (isWanted(state, context.settings) && (state.fault === undefined || starting)) {
    return run(state, prepare);
  }
  if (state.fault !== undefined && !state.fault.awaitsOperator && state.timers.hold === 0) {
    return run(state, arm("hold", context.settings.retryHold));
  }
  const stopped = state.command?.command === "stop" && state.deadMaster === undefined;
  return stopped ? run(state, answer(true, "nginx is stopped")) : stay(state);
}

function endWhenClear(state: NginxState): NginxStep {
  if (state.deadMaster !== undefined) return stay(state);
  return run(state, update({ phase: { name: "ended" } }), act({ type: "stopped" }));
}

/** Wanted again while it stops: connections are not waited for, because nobody is served now. */
function settleStopping(state: NginxState, context: Context): NginxStep {
  const { phase } = state;
  if (phase.name !== "stopping") return stay(state);
  const wanted = isWanted(state, context.settings);
  if (!wanted && !phase.expected)
    return run(state, update({ phase: { ...phase, expected: true } }));
  if (wanted && phase.expected && phase.stage === "SIGQUIT") {
    return run(state, stop(context, "SIGTERM"));
  }
  return stay(state);
}

/** Tests the configuration, unless it is known to be good, while workers left over are retired. */
export const prepare: Part = (state) => {
  const id = state.lastNumber + 1;
  return run(
    state,
    cancel("hold", "restart"),
    update({ phase: { name: "preparing", test: id, tested: false }, lastNumber: id }),
    act({ type: "test-configuration", id, unlessUnchanged: true }),
  );
};

/** Spawns as soon as the configuration is good and the ports are free. */
export function spawnWhenReady(context: Context): Part {
  return (state) => {
    const { phase } = state;
    if (phase.name !== "preparing" || !phase.tested || state.deadMaster !== undefined) {
      return stay(state);
    }
    if (isWanted(state, context.settings)) return run(state, spawn);
    // Tried again as a Backup: a good configuration ends the fault, and the role may come back.
    return run(state, update({ fault: undefined, cause: undefined }), goIdle, settle(context));
  };
}

const spawn: Part = (state) =>
  run(
    state,
    update({ phase: { name: "spawning" }, problem: undefined, portAsked: false }),
    act({ type: "spawn" }),
  );

/** nginx lives, as our child or adopted: it has until the start limit to answer. */
export function enterRunning(pid: number, adopted: boolean, context: Context): Part {
  return (state) =>
    run(
      state,
      update({
        phase: {
          name: "running",
          pid,
          startedAt: context.now,
          adopted,
          workersStarted: adopted,
          answered: false,
        },
        probe: { outstanding: undefined, ...noStreak },
      }),
      arm("start-limit", context.settings.startLimit),
    );
}

/** nginx answers: every fault is over, and whoever waited for the start hears of it. */
export const becomeHealthy: Part = (state) => {
  const { phase } = state;
  if (phase.name !== "running") return stay(state);
  return run(
    state,
    cancel("start-limit", "hold"),
    update({ phase: { ...phase, answered: true }, fault: undefined, cause: undefined }),
    state.command?.command === "start" || state.command?.command === "restart"
      ? answer(true, `nginx runs (PID ${phase.pid})`)
      : stay,
  );
};
