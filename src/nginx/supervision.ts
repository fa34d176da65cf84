import type { Instant } from "#base/time.ts";
import { handleCommandTested, handleOperator, handleReloadTimer } from "./commands.ts";
import { configurationProblem } from "./error-log.ts";
import type { ConfigurationTestedEvent, FoundEvent, NginxEvent, NginxTimer } from "./events.ts";
import { fail, handleExit } from "./failure.ts";
import { assessHealth } from "./health.ts";
import { becomeHealthy, enterRunning, prepare, settle, spawnWhenReady } from "./lifecycle.ts";
import { handlePortHolder, handleSaid } from "./output.ts";
import { act, answer, run, stay, update } from "./parts.ts";
import { handleProbeResult, handleStartLimit, probeNow } from "./probing.ts";
import type { NginxSettings } from "./settings.ts";
import type { Context, NginxState, NginxStep, Part } from "./state.ts";
import { stop, stopHarder } from "./stopping.ts";

/**
 * Supervises one nginx: decides when it is started, stopped, restarted and given up. The state
 * carries its health (`nginxHealth`), which the engine turns into priority or fault.
 */
export function superviseNginx(
  state: NginxState,
  event: NginxEvent,
  now: Instant,
  settings: NginxSettings,
): NginxStep {
  const context: Context = { now, settings };
  const step = run(state, handle(event, context));
  return { state: assessHealth(step.state, context), actions: step.actions };
}

function handle(event: NginxEvent, context: Context): Part {
  switch (event.type) {
    case "begin":
      return (state) => run(state, update({ active: event.active }), act({ type: "find" }));
    case "found":
      return handleFound(event, context);
    case "role-changed":
      return (state) => run(state, update({ active: event.active }), settle(context));
    case "operator":
      return handleOperator(event, context);
    case "shutdown":
      return handleShutdown(context);
    case "configuration-tested":
      return handleTested(event, context);
    case "started":
      return handleStarted(event.pid, context);
    case "spawn-failed":
      return handleSpawnFailed(event.message, context);
    case "exited":
      return handleExit(event, context);
    case "workers-retired":
      return handleRetired(event.pid, context);
    case "probe-result":
      return handleProbeResult(event, context);
    case "said":
      return handleSaid(event.line, context);
    case "port-holder":
      return handlePortHolder(event);
    case "timer-fired":
      return handleTimer(event.timer, event.generation, context);
  }
}

function handleFound(event: FoundEvent, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "finding") return stay(state);
    // A command that came before this answer is newer than what was remembered.
    const remembered = state.command === undefined ? event.operatorStopped : state.operatorStopped;
    const known = update({ phase: { name: "idle" }, operatorStopped: remembered });
    if (event.running !== undefined) {
      return run(state, known, adopt(event.running.pid, event.running.sameConfiguration, context));
    }
    return run(state, known, retireLeftOver(event.deadMaster, context), settle(context));
  };
}

/** One that runs with another configuration than ours now is restarted: adopted, then stopped. */
function adopt(pid: number, sameConfiguration: boolean, context: Context): Part {
  const next: Part = sameConfiguration
    ? (state) => run(state, settle(context), firstLook(context))
    : stop(context, "SIGTERM");
  return (state) => run(state, act({ type: "adopt", pid }), enterRunning(pid, true, context), next);
}

function retireLeftOver(pid: number | undefined, context: Context): Part {
  if (pid === undefined) return stay;
  const drain = context.settings.stopTimeout;
  return (state) =>
    run(state, update({ deadMaster: pid }), act({ type: "retire-workers", pid, drain }));
}

function handleStarted(pid: number, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "spawning") return stay(state);
    return run(state, enterRunning(pid, false, context), settle(context), firstLook(context));
  };
}

/** An adopted nginx without a probe has nothing more to prove. */
function firstLook(context: Context): Part {
  return (state) => {
    const { phase } = state;
    const proven =
      phase.name === "running" && phase.adopted && context.settings.probe === undefined;
    return run(state, proven ? becomeHealthy : probeNow(context));
  };
}

function handleShutdown(context: Context): Part {
  return (state) =>
    run(
      state,
      answer(false, "gatepair is being stopped"),
      update({ shuttingDown: true }),
      settle(context),
    );
}

function handleTested(event: ConfigurationTestedEvent, context: Context): Part {
  return (state) => {
    if (state.command?.test === event.id) return run(state, handleCommandTested(event, context));
    const { phase } = state;
    if (phase.name !== "preparing" || phase.test !== event.id) return stay(state);
    if (!event.ok) return run(state, fail(context, configurationProblem(event.output), false));
    return run(state, update({ phase: { ...phase, tested: true } }), spawnWhenReady(context));
  };
}

function handleSpawnFailed(message: string, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "spawning") return stay(state);
    return run(state, fail(context, `nginx could not be started: ${message}`, false));
  };
}

function handleRetired(pid: number, context: Context): Part {
  return (state) => {
    if (state.deadMaster !== pid) return stay(state);
    return run(state, update({ deadMaster: undefined }), spawnWhenReady(context), settle(context));
  };
}

/** A firing that is not of the newest generation was on its way when the timer was cancelled. */
function handleTimer(timer: NginxTimer, generation: number, context: Context): Part {
  return (state) => {
    if (state.timers[timer] !== generation || generation === 0) return stay(state);
    const fired = update({ timers: { ...state.timers, [timer]: 0 } });
    return run(state, fired, whenFired(timer, context));
  };
}

function whenFired(timer: NginxTimer, context: Context): Part {
  switch (timer) {
    case "restart":
      return prepare;
    case "hold":
      return (state) => (state.phase.name === "idle" ? run(state, prepare) : stay(state));
    case "start-limit":
      return handleStartLimit(context);
    case "probe":
      return probeNow(context);
    case "stop":
      return stopHarder(context);
    case "reload":
      return handleReloadTimer;
  }
}
