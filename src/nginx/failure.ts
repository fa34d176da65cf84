import { act, answer, arm, cancel, run, stay, update } from "./parts.ts";
import type { ExitedEvent } from "./events.ts";
import { prepare, settle } from "./lifecycle.ts";
import { backOff, cannotBeKeptUp, recordExit } from "./restart-policy.ts";
import { isWanted } from "./state.ts";
import type { Context, NginxState, NginxStep, Part, RunningPhase, StoppingPhase } from "./state.ts";
import { milliseconds } from "#base/time.ts";
import { describeExit, describeSpan } from "./texts.ts";

/** nginx does not run and is not restarted now: the fault says what ends it. */
export function fail(context: Context, reason: string, awaitsOperator: boolean): Part {
  return (state) => {
    if (state.operatorStopped || state.shuttingDown) {
      return run(state, update({ phase: { name: "idle" } }), settle(context));
    }
    const { retryHold } = context.settings;
    const next = awaitsOperator
      ? "it waits for the operator's start"
      : `tried again in ${describeSpan(retryHold)}`;
    return run(
      state,
      update({ phase: { name: "idle" }, cause: undefined }),
      markFault(`${reason}; ${next}`, awaitsOperator),
      awaitsOperator ? cancel("hold") : arm("hold", retryHold),
    );
  };
}

/** The fault alone; whoever waits for nginx to run hears of it. */
export function markFault(reason: string, awaitsOperator: boolean): Part {
  return (state) => {
    const waiting = state.command?.command === "start" || state.command?.command === "restart";
    const fault = { reason, awaitsOperator };
    return run(state, update({ fault }), waiting ? answer(false, reason) : stay);
  };
}

/** The master has exited. What it leaves behind is cleared away in every case. */
export function handleExit(event: ExitedEvent, context: Context): Part {
  return (state) => {
    const { phase } = state;
    if ((phase.name !== "running" && phase.name !== "stopping") || phase.pid !== event.pid) {
      return stay(state);
    }
    const asked = phase.name === "stopping" && phase.expected;
    const expected = asked || !isWanted(state, context.settings);
    const next = expected ? settle(context) : afterFailure(event, phase, context);
    return run(state, clearAway(event.pid, context), answerReload, next);
  };
}

function clearAway(pid: number, context: Context): Part {
  return (state) => {
    const drain = state.shuttingDown ? milliseconds(0) : context.settings.stopTimeout;
    return run(
      state,
      cancel("probe", "start-limit", "stop", "reload"),
      update({ phase: { name: "idle" }, deadMaster: pid }),
      act({ type: "retire-workers", pid, drain }),
    );
  };
}

const answerReload: Part = (state) =>
  run(
    state,
    state.command?.command === "reload" ? answer(false, "nginx exited during the reload") : stay,
  );

function afterFailure(
  event: ExitedEvent,
  phase: RunningPhase | StoppingPhase,
  context: Context,
): Part {
  return (state) => {
    const silent = phase.name === "stopping" ? state.fault?.reason : undefined;
    const cause = silent ?? describeExit(event, state.problem);
    const ran = phase.answered || (phase.name === "running" && phase.adopted);
    if (context.settings.onExit === "failover") return run(state, fail(context, cause, ran));
    const firstStart = state.exits.length === 0 || state.fault !== undefined;
    if (!ran && firstStart) return run(state, fail(context, cause, false));
    return restartOrFail(state, cause, context);
  };
}

function restartOrFail(state: NginxState, cause: string, context: Context): NginxStep {
  const { settings, now } = context;
  const exits = recordExit(state.exits, now, settings);
  const counted = update({ exits, cause });
  if (cannotBeKeptUp(exits, settings)) {
    const window = describeSpan(settings.restartWindow);
    const reason = `nginx exited ${exits.length} times within ${window}, last: ${cause}`;
    return run(state, counted, fail(context, reason, false));
  }
  const wait = backOff(exits);
  if (wait === 0) return run(state, counted, prepare);
  return run(state, counted, update({ phase: { name: "backing-off" } }), arm("restart", wait));
}
