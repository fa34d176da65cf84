import type { Step } from "#base/step.ts";
import type { Instant } from "#base/time.ts";
import { activeEvent } from "./active.ts";
import { backupEvent } from "./backup.ts";
import { ownerPriority } from "../constants.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "./events.ts";
import { becomeActive, becomeBackup } from "./transitions.ts";
import { Turn } from "./turn.ts";
import type { VirtualRouterParameters, VirtualRouterState } from "../virtual-router.ts";

export type VirtualRouterStep = Step<VirtualRouterState, VirtualRouterAction>;

export function initialState(
  parameters: VirtualRouterParameters,
  now: Instant,
): VirtualRouterState {
  return {
    role: "initialize",
    since: now,
    reason: { code: "starting", text: "gatepair has just started" },
    priority: parameters.priority,
    activeAdverInterval: parameters.advertisementInterval,
    due: now,
    generation: 0,
    timers: {},
    heard: undefined,
    listening: false,
    yielded: false,
    preemptFrom: undefined,
    answeredAt: {},
  };
}

/**
 * The state machine of RFC 9568, 6.4 and RFC 3768, 6.4, with `fault`, an effective priority and a
 * hand-over on request beside it. Pure: state, event and the time in; state and actions out.
 */
export function stepVirtualRouter(
  parameters: VirtualRouterParameters,
  state: VirtualRouterState,
  event: VirtualRouterEvent,
  now: Instant,
): VirtualRouterStep {
  const turn = new Turn(parameters, state, now);
  if (event.type === "timer-fired" && !turn.takeTimer(event)) return turn.result();
  if (event.type === "priority") turn.update({ priority: event.priority });
  else if (event.type === "cancel-yield") turn.update({ yielded: false });
  else if (state.role === "active") activeEvent(turn, event);
  else if (state.role === "backup") backupEvent(turn, event);
  else initializeEvent(turn, event);
  return turn.result();
}

/** RFC 9568, 6.4.1. */
function initializeEvent(turn: Turn, event: VirtualRouterEvent): void {
  const { role } = turn.state;
  if (event.type === "startup") {
    startUp(turn, event.text);
  } else if (event.type === "fault" && role === "initialize") {
    turn.enter("fault", { code: "fault", text: event.text });
  } else if (event.type === "shutdown" && role === "fault") {
    turn.enter("initialize", { code: "stopped", text: event.text });
  } else if (event.type === "advertisement") {
    turn.hear(event);
  }
}

function startUp(turn: Turn, text: string): void {
  turn.update({ activeAdverInterval: turn.parameters.advertisementInterval });
  if (turn.state.priority === ownerPriority) {
    becomeActive(turn, { code: "owner", text: "this host owns the addresses" });
  } else {
    becomeBackup(turn, { code: "ready", text }, turn.activeDownInterval());
  }
}
