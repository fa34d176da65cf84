import type { Milliseconds } from "#base/time.ts";
import type { NginxAction, NginxTimer } from "./events.ts";
import type { NginxState, NginxStep, Part } from "./state.ts";

/** Runs the parts one after another, each on the state that the one before left. */
export function run(state: NginxState, ...parts: readonly Part[]): NginxStep {
  const actions: NginxAction[] = [];
  let current = state;
  for (const part of parts) {
    const step = part(current);
    current = step.state;
    actions.push(...step.actions);
  }
  return { state: current, actions };
}

export function update(change: Partial<NginxState>): Part {
  return (state) => ({ state: { ...state, ...change }, actions: [] });
}

export function act(...actions: readonly NginxAction[]): Part {
  return (state) => ({ state, actions });
}

export function stay(state: NginxState): NginxStep {
  return { state, actions: [] };
}

export function arm(timer: NginxTimer, duration: Milliseconds): Part {
  return (state) => {
    const generation = state.lastNumber + 1;
    const timers = { ...state.timers, [timer]: generation };
    return {
      state: { ...state, timers, lastNumber: generation },
      actions: [{ type: "arm-timer", timer, duration, generation }],
    };
  };
}

/** Cancels those of the timers that are armed. */
export function cancel(...names: readonly NginxTimer[]): Part {
  return (state) => {
    const armed = names.filter((timer) => state.timers[timer] !== 0);
    const cleared = Object.fromEntries(armed.map((timer) => [timer, 0]));
    return {
      state: { ...state, timers: { ...state.timers, ...cleared } },
      actions: armed.map((timer) => ({ type: "cancel-timer", timer })),
    };
  };
}

/** Ends the pending command, if there is one, with its only answer. */
export function answer(ok: boolean, message: string): Part {
  return (state) => {
    if (state.command === undefined) return stay(state);
    const { id } = state.command;
    return {
      state: { ...state, command: undefined },
      actions: [{ type: "operator-answer", id, ok, message }],
    };
  };
}
