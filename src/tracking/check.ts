import type { ArmTimer, Step, TimerFired } from "#base/step.ts";
import { extendStreak, noStreak, type Streak } from "#base/streak.ts";
import { type Milliseconds, milliseconds } from "#base/time.ts";
import type { Phase } from "./phase.ts";

/** When a check runs, and what counts. */
export interface CheckRules {
  /** From one turn to the next. A run ends, or is ended, before the next turn. */
  readonly interval: Milliseconds;
  /** Good runs in a row that end a failure. */
  readonly rise: number;
  /** Bad runs in a row that make one. */
  readonly fall: number;
  readonly phase: Phase;
}

/** `unknown` until the first result, which counts at once: there is nothing to compare it with. */
export type CheckVerdict = "unknown" | "passed" | "failed";

/** The run that has not ended. There is never a second one of the same check. */
export interface CheckRun {
  readonly number: number;
  /** One that an operator asked for does not, unless a turn comes meanwhile: it then does for it. */
  readonly counts: boolean;
  /** It lasted into the turn after its own, and has failed by that. */
  readonly overdue: boolean;
}

export interface CheckState {
  readonly verdict: CheckVerdict;
  readonly streak: Streak;
  /** What was wrong in the last bad run that counted; undefined before there was one. */
  readonly lastFailure: string | undefined;
  readonly run: CheckRun | undefined;
  readonly lastRun: number;
  /** Turns that were armed so far; the generation of their timer. */
  readonly turns: number;
}

export type CheckEvent =
  | { readonly type: "begin" }
  | { readonly type: "asked" }
  | CheckEndedEvent
  | TimerFired<"turn">;

export interface CheckEndedEvent {
  readonly type: "ended";
  readonly run: number;
  readonly ok: boolean;
  /** A clause for people, of a bad run: "status 503". */
  readonly detail: string;
}

export type CheckAction = ArmTimer<"turn"> | { readonly type: "run"; readonly run: number };

type CheckStep = Step<CheckState, CheckAction>;

export const initialCheckState: CheckState = {
  verdict: "unknown",
  streak: noStreak,
  lastFailure: undefined,
  run: undefined,
  lastRun: 0,
  turns: 0,
};

export function stepCheck(rules: CheckRules, state: CheckState, event: CheckEvent): CheckStep {
  switch (event.type) {
    case "begin":
      return armTurn(state, rules.phase.first);
    case "timer-fired":
      return event.generation === state.turns ? turn(rules, state) : stay(state);
    case "asked":
      return state.run === undefined ? start(state, false) : stay(state);
    case "ended":
      return state.run?.number === event.run ? end(rules, state, state.run, event) : stay(state);
  }
}

/** The next turn is armed from this one, however long a run takes. */
function turn(rules: CheckRules, state: CheckState): CheckStep {
  const { interval, phase } = rules;
  const next = armTurn(state, state.turns === 1 ? milliseconds(interval + phase.shift) : interval);
  const { state: after, actions } = takeTurn(rules, next.state);
  return { state: after, actions: [...next.actions, ...actions] };
}

function takeTurn(rules: CheckRules, state: CheckState): CheckStep {
  const { run } = state;
  if (run === undefined) return start(state, true);
  if (!run.counts) return stay({ ...state, run: { ...run, counts: true } });
  const overdue = { ...state, run: { ...run, overdue: true } };
  return stay(count(rules, overdue, { ok: false, detail: "its last run has not ended" }));
}

function end(
  rules: CheckRules,
  state: CheckState,
  { counts, overdue }: CheckRun,
  result: CheckEndedEvent,
): CheckStep {
  const free = { ...state, run: undefined };
  return stay(counts && !overdue ? count(rules, free, result) : free);
}

function count(
  { rise, fall }: CheckRules,
  state: CheckState,
  { ok, detail }: Pick<CheckEndedEvent, "ok" | "detail">,
): CheckState {
  const streak = extendStreak(state.streak, ok);
  const enough = ok ? streak.successes >= rise : streak.failures >= fall;
  const counts = state.verdict === "unknown" || enough;
  return {
    ...state,
    streak,
    verdict: counts ? (ok ? "passed" : "failed") : state.verdict,
    lastFailure: ok ? state.lastFailure : detail,
  };
}

function start(state: CheckState, counts: boolean): CheckStep {
  const number = state.lastRun + 1;
  return {
    state: { ...state, lastRun: number, run: { number, counts, overdue: false } },
    actions: [{ type: "run", run: number }],
  };
}

function armTurn(state: CheckState, duration: Milliseconds): CheckStep {
  const turns = state.turns + 1;
  return {
    state: { ...state, turns },
    actions: [{ type: "arm-timer", timer: "turn", duration, generation: turns }],
  };
}

function stay(state: CheckState): CheckStep {
  return { state, actions: [] };
}
