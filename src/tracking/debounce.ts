import type { ArmTimer, CancelTimer, Step, TimerFired } from "#base/step.ts";
import type { Milliseconds } from "#base/time.ts";

/** How long a new state must last before it counts. 0 counts at once. */
export interface DebounceDelays {
  readonly up: Milliseconds;
  readonly down: Milliseconds;
}

/** A state as seen (`actual`) and as it counts (`settled`). */
export interface DebounceState {
  readonly actual: boolean;
  readonly settled: boolean;
  readonly generation: number;
}

export type DebounceEvent = { readonly type: "seen"; readonly up: boolean } | TimerFired<"settle">;

export type DebounceAction = ArmTimer<"settle"> | CancelTimer<"settle">;

/** What is up at the start counts at once: there is nothing to compare it with. */
export function settledAt(up: boolean): DebounceState {
  return { actual: up, settled: up, generation: 0 };
}

export function stepDebounce(
  delays: DebounceDelays,
  state: DebounceState,
  event: DebounceEvent,
): Step<DebounceState, DebounceAction> {
  if (event.type === "timer-fired") return settle(state, event.generation);
  if (event.up === state.actual) return { state, actions: [] };
  const generation = state.generation + 1;
  const seen = { ...state, actual: event.up, generation };
  if (event.up === state.settled) {
    return { state: seen, actions: [{ type: "cancel-timer", timer: "settle" }] };
  }
  const duration = event.up ? delays.up : delays.down;
  if (duration === 0) return { state: { ...seen, settled: event.up }, actions: [] };
  return { state: seen, actions: [{ type: "arm-timer", timer: "settle", duration, generation }] };
}

function settle(state: DebounceState, generation: number): Step<DebounceState, DebounceAction> {
  if (generation !== state.generation) return { state, actions: [] };
  return { state: { ...state, settled: state.actual }, actions: [] };
}
