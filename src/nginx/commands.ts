import { milliseconds } from "#base/time.ts";
import { configurationProblem } from "./error-log.ts";
import type { ConfigurationTestedEvent, NginxEvent, OperatorCommand } from "./events.ts";
import { prepare, settle } from "./lifecycle.ts";
import { act, answer, arm, cancel, run, stay, update } from "./parts.ts";
import { isWanted } from "./state.ts";
import type { Context, NginxState, NginxStep, Part } from "./state.ts";
import { stop } from "./stopping.ts";

/** From SIGHUP to the first worker with the new configuration. */
const reloadLimit = milliseconds(5000);

type OperatorEvent = Extract<NginxEvent, { type: "operator" }>;

export function handleOperator(event: OperatorEvent, context: Context): Part {
  return (state) => {
    const { id, command } = event;
    const refusal = refuse(state, command);
    if (refusal !== undefined) {
      return run(state, act({ type: "operator-answer", id, ok: false, message: refusal }));
    }
    const pending = { id, command, test: undefined, reload: "asked" } as const;
    return run(
      state,
      answer(false, `superseded by nginx ${command}`),
      cancel("reload"),
      update({ command: pending }),
      carryOut(command, context),
    );
  };
}

function refuse(state: NginxState, command: OperatorCommand): string | undefined {
  if (state.shuttingDown) return "gatepair is being stopped";
  if (command !== "reload") return undefined;
  if (state.command !== undefined) return `nginx ${state.command.command} is under way`;
  return state.phase.name === "running" ? undefined : "nginx is not running";
}

function carryOut(command: OperatorCommand, context: Context): Part {
  switch (command) {
    case "start":
      return start(context);
    case "stop":
      return stopForOperator(context);
    case "restart":
      return (state) =>
        state.phase.name === "running" ? run(state, test) : run(state, start(context));
    case "reload":
      return test;
  }
}

/** The operator's start makes up for the past: exits before it no longer count. */
function start(context: Context): Part {
  return (state) =>
    run(
      state,
      act({ type: "remember-operator-stop", stopped: false }),
      update({ operatorStopped: false, exits: [] }),
      startNow(context),
    );
}

function startNow(context: Context): Part {
  return (state) => {
    const { phase } = state;
    if (!isWanted(state, context.settings)) {
      const message = "nginx will be started when this host becomes Active";
      return run(state, update({ fault: undefined }), cancel("hold"), answer(true, message));
    }
    if (phase.name === "running" && state.fault !== undefined) {
      return run(state, stop(context, "SIGTERM"));
    }
    if (phase.name === "running" && phase.answered) {
      return run(state, answer(true, `nginx already runs (PID ${phase.pid})`));
    }
    return run(state, phase.name === "backing-off" ? prepare : settle(context));
  };
}

function stopForOperator(context: Context): Part {
  return (state) =>
    run(
      state,
      act({ type: "remember-operator-stop", stopped: true }),
      cancel("hold"),
      update({ operatorStopped: true, fault: undefined, cause: undefined, exits: [] }),
      settle(context),
    );
}

/** A restart and a reload are refused, and nginx goes on, when the configuration is not good. */
const test: Part = (state) => {
  if (state.command === undefined) return stay(state);
  const id = state.lastNumber + 1;
  return run(
    state,
    update({ lastNumber: id, command: { ...state.command, test: id } }),
    act({ type: "test-configuration", id, unlessUnchanged: false }),
  );
};

/** The test that a pending reload or restart waits for. */
export function handleCommandTested(event: ConfigurationTestedEvent, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "running") return stay(state);
    if (!event.ok) return run(state, answer(false, configurationProblem(event.output)));
    if (state.command?.command === "restart") return run(state, stop(context, "SIGTERM"));
    return sendReload(state, state.phase.pid);
  };
}

function sendReload(state: NginxState, pid: number): NginxStep {
  return run(state, act({ type: "signal", pid, signal: "SIGHUP" }), arm("reload", reloadLimit));
}

/** The reload is through, or nginx did not say what came of it. */
export const handleReloadTimer: Part = (state) => {
  if (state.command?.command !== "reload") return stay(state);
  if (state.command.reload === "taken") {
    return run(state, answer(true, "nginx reloaded its configuration"));
  }
  return run(
    state,
    answer(false, "nginx did not confirm the reload within 5 s; see its error log"),
  );
};
