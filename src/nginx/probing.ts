import { extendStreak } from "#base/streak.ts";
import { elapsed, milliseconds } from "#base/time.ts";
import type { Milliseconds } from "#base/time.ts";
import type { ProbeResultEvent } from "./events.ts";
import { markFault } from "./failure.ts";
import { becomeHealthy } from "./lifecycle.ts";
import { act, arm, cancel, run, stay, update } from "./parts.ts";
import type { ProbeSettings } from "./settings.ts";
import type { Context, NginxState, NginxStep, Part, RunningPhase } from "./state.ts";
import { stopSilent } from "./stopping.ts";

/**
 * From its workers' start to its first answer nginx is asked often: the pace for the first second,
 * and after it. Before that an answer does not count, and asking takes time from a busy machine.
 */
const firstPace = milliseconds(10);
const secondPace = milliseconds(100);
const firstPaceLasts = milliseconds(1000);

/** Asks now, unless an answer is still awaited. */
export function probeNow(context: Context): Part {
  return (state) => {
    const { probe } = context.settings;
    const busy = state.probe.outstanding !== undefined;
    if (state.phase.name !== "running" || probe === undefined || busy) return stay(state);
    const id = state.lastNumber + 1;
    return run(
      state,
      cancel("probe"),
      update({ lastNumber: id, probe: { ...state.probe, outstanding: id } }),
      act({ type: "probe", id, probe }),
    );
  };
}

export function handleProbeResult(event: ProbeResultEvent, context: Context): Part {
  return (state) => {
    const { phase } = state;
    const { probe } = context.settings;
    const awaited = state.probe.outstanding === event.id;
    if (phase.name !== "running" || probe === undefined || !awaited) return stay(state);
    return run(
      state,
      update({ probe: { outstanding: undefined, ...extendStreak(state.probe, event.ok) } }),
      event.ok ? judgeAnswer(phase, probe) : judgeSilence(phase, event.detail, context),
      schedule(probe, context),
    );
  };
}

/** Before its workers have started an answer comes from somebody else on the port. */
function judgeAnswer(phase: RunningPhase, probe: ProbeSettings): Part {
  return (state) => {
    const enough = state.fault === undefined ? 1 : probe.rise;
    const news = !phase.answered || state.fault !== undefined;
    const heard = phase.workersStarted && state.probe.successes >= enough;
    return news && heard ? run(state, becomeHealthy) : stay(state);
  };
}

function judgeSilence(phase: RunningPhase, detail: string, context: Context): Part {
  return (state) => {
    const fall = context.settings.probe?.fall ?? Infinity;
    const fell = phase.answered && state.fault === undefined && state.probe.failures >= fall;
    return fell ? run(state, fallSilent(detail, context)) : stay(state);
  };
}

/** nginx lives but does not answer: a fault at once, and a restart where that is wanted. */
function fallSilent(detail: string, context: Context): Part {
  const { probe, onExit } = context.settings;
  const url = probe === undefined ? "" : `${probe.url}: `;
  return (state) =>
    run(
      state,
      markFault(`nginx does not answer: ${url}${detail}`, false),
      onExit === "restart" ? stopSilent : stay,
    );
}

/** The time for the first answer is over. */
export function handleStartLimit(context: Context): Part {
  return (state) => {
    const { phase } = state;
    if (phase.name !== "running" || phase.answered) return stay(state);
    // "master_process off" has no workers to name: it counts once it had time to bind every port.
    const answers = context.settings.probe === undefined || state.probe.successes > 0;
    if (answers && state.problem === undefined) return run(state, becomeHealthy);
    return run(state, fallSilent(state.problem ?? "no answer since its start", context));
  };
}

function schedule(probe: ProbeSettings, context: Context): Part {
  return (state) => {
    if (state.phase.name !== "running") return stay(state);
    return run(state, arm("probe", pace(state.phase, probe, context)));
  };
}

function pace(phase: RunningPhase, probe: ProbeSettings, context: Context): Milliseconds {
  const running = elapsed(phase.startedAt, context.now);
  if (phase.answered || running >= context.settings.startLimit) return probe.interval;
  return phase.workersStarted && running < firstPaceLasts ? firstPace : secondPace;
}

/** The master named a worker: all its ports are bound. */
export function handleWorkersStarted(context: Context): Part {
  return (state: NginxState): NginxStep => {
    const { phase } = state;
    if (phase.name !== "running" || phase.workersStarted) return stay(state);
    const next = context.settings.probe === undefined ? becomeHealthy : probeNow(context);
    return run(state, update({ phase: { ...phase, workersStarted: true } }), next);
  };
}
