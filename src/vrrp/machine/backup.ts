import { addTime, type Milliseconds, milliseconds } from "#base/time.ts";
import { ownerPriority } from "../constants.ts";
import type { VirtualRouterEvent } from "./events.ts";
import { becomeActive } from "./transitions.ts";
import type { Turn } from "./turn.ts";
import type { ReceivedAdvertisement } from "../virtual-router.ts";

/** RFC 9568, 6.4.2. */
export function backupEvent(turn: Turn, event: VirtualRouterEvent): void {
  switch (event.type) {
    case "advertisement":
      hearActiveRouter(turn, event);
      break;
    case "timer-fired":
      activeDown(turn);
      break;
    case "fault":
      turn.cancel("active-down");
      turn.enter("fault", { code: "fault", text: event.text });
      break;
    case "shutdown":
      turn.cancel("active-down");
      turn.enter("initialize", { code: "stopped", text: event.text });
      break;
    default:
  }
}

function hearActiveRouter(turn: Turn, event: ReceivedAdvertisement): void {
  const { priority } = event.advertisement;
  turn.hear(event);
  if (priority === 0) {
    waitAgain(turn, turn.skewTime());
    return;
  }
  if (priority >= turn.state.priority) turn.update({ preemptFrom: undefined });
  else if (mayPreempt(turn)) return; // discarded, and the timer runs on: we preempt when it fires
  turn.learnInterval(event);
  waitAgain(turn, turn.activeDownInterval());
}

function waitAgain(turn: Turn, silence: Milliseconds): void {
  turn.update({ listening: false });
  turn.arm("active-down", silence);
}

/** Counts the delay from the first lower Advertisement: before, there was nothing to wait for. */
function mayPreempt(turn: Turn): boolean {
  if (turn.state.yielded) return false;
  // The owner preempts whatever Preempt_Mode says (RFC 9568, 6.1): its addresses are in use here.
  if (turn.state.priority === ownerPriority) return true;
  if (!turn.parameters.preemptMode) return false;
  const { preemptFrom = addTime(turn.now, turn.parameters.preemptDelay) } = turn.state;
  turn.update({ preemptFrom });
  return preemptFrom <= turn.now;
}

function activeDown(turn: Turn): void {
  // After standing still the Advertisements of the meantime are still unread in the socket:
  // listen before taking over. Once: on a busy machine the next firing may be late again.
  if (turn.lateness() > turn.state.activeAdverInterval && !turn.state.listening) {
    turn.update({ listening: true });
    turn.arm("active-down", turn.listeningInterval());
    return;
  }
  becomeActive(turn, takeOverReason(turn));
}

function takeOverReason({ state, now }: Turn) {
  const { heard } = state;
  const recent = heard !== undefined && heard.at >= state.since;
  if (!recent) {
    const waited = formatSeconds(now - state.since);
    return { code: "active-router-silent", text: `no Advertisement heard for ${waited}` } as const;
  }
  if (heard.priority === 0) {
    return { code: "active-router-resigned", text: `${heard.address} gave up the role` } as const;
  }
  if (now - heard.at < 1.5 * state.activeAdverInterval && heard.priority < state.priority) {
    const text = `priority ${state.priority} is above the ${heard.priority} of ${heard.address}`;
    return { code: "higher-priority", text } as const;
  }
  const silence = formatSeconds(now - heard.at);
  const text = `no Advertisement from ${heard.address} for ${silence}`;
  return { code: "active-router-silent", text } as const;
}

function formatSeconds(span: number): string {
  return `${(milliseconds(span) / 1000).toFixed(2)} s`;
}
