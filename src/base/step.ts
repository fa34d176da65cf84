import type { Milliseconds } from "./time.ts";

/**
 * What one pure machine answers to one event: its next state, and what the world is to do, in
 * this order. Actions are plain values (JSON), so that they can be printed, recorded and compared.
 */
export interface Step<State, Action> {
  readonly state: State;
  readonly actions: readonly Action[];
}

/**
 * Arm the named timer, in place of one that is armed under the same name. The generation comes
 * back with the firing: a machine ignores a firing whose generation is not the newest, because it
 * was already on its way when the timer was armed anew or cancelled.
 */
export interface ArmTimer<Name extends string = string> {
  readonly type: "arm-timer";
  readonly timer: Name;
  readonly duration: Milliseconds;
  readonly generation: number;
}

export interface CancelTimer<Name extends string = string> {
  readonly type: "cancel-timer";
  readonly timer: Name;
}

export interface TimerFired<Name extends string = string> {
  readonly type: "timer-fired";
  readonly timer: Name;
  readonly generation: number;
}
