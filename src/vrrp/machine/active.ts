import { compareIpAddresses } from "#base/ip-address.ts";
import { addTime, elapsed, type Milliseconds, milliseconds, seconds } from "#base/time.ts";
import { backupEvent } from "./backup.ts";
import { shortestInterval } from "../constants.ts";
import type { VirtualRouterEvent } from "./events.ts";
import type { Reason } from "../reason.ts";
import {
  announceAgain,
  becomeBackup,
  refreshAnnouncement,
  releaseAddresses,
  resign,
} from "./transitions.ts";
import type { Turn } from "./turn.ts";
import type { Answered, ReceivedAdvertisement, TimerName } from "../virtual-router.ts";

/** RFC 9568, 6.4.3. */
export function activeEvent(turn: Turn, event: VirtualRouterEvent): void {
  const lateness = turn.lateness();
  if (lateness > stallLimit(turn)) {
    stepDownAfterStall(turn, lateness);
    // What came meanwhile is still unread in the socket, and may be read before the timer fires.
    if (event.type !== "timer-fired") backupEvent(turn, event);
    return;
  }
  switch (event.type) {
    case "advertisement":
      hearOtherRouter(turn, event);
      break;
    case "timer-fired":
      timerFired(turn, event.timer);
      break;
    case "fault":
      resign(turn, "fault", { code: "fault", text: event.text });
      break;
    case "shutdown":
      resign(turn, "initialize", { code: "stopped", text: event.text });
      break;
    case "yield":
      turn.update({ yielded: true });
      resign(turn, "backup", { code: "failover-requested", text: event.text });
      turn.arm("active-down", turn.activeDownInterval());
      break;
    default:
  }
}

function timerFired(turn: Turn, timer: TimerName): void {
  if (timer === "announcement") announceAgain(turn);
  else if (timer === "refresh") refreshAnnouncement(turn);
  else advertisementDue(turn);
}

function advertisementDue(turn: Turn): void {
  turn.advertise();
  const owed = owedAnswer(turn);
  if (owed === "last-word") noteAnswer(turn, owed);
  else if (owed === "lower" && mayAnswerLower(turn)) turn.act({ type: "announce", rounds: 1 });
  turn.arm("advertisement", turn.parameters.advertisementInterval);
}

/**
 * What was heard after the last answer of its kind, too soon for another one. A lower router may
 * have said its last Advertisement, and who believed it must be told.
 */
function owedAnswer({ state: { heard, answeredAt } }: Turn): Answered | undefined {
  if (heard === undefined) return undefined;
  const kind = heard.priority === 0 ? "last-word" : "lower";
  const last = answeredAt[kind];
  return last !== undefined && heard.at > last ? kind : undefined;
}

/**
 * So late, a Backup may have taken over, or the kernel may have removed the leased addresses
 * (3 s, renewed each second): then an Advertisement would be a lie.
 */
function stallLimit(turn: Turn): Milliseconds {
  const { advertisementInterval } = turn.parameters;
  const silence = turn.activeDownInterval() - advertisementInterval;
  // With a loss_count of 1 next to nothing is left: a timer that is a little late is no stall.
  return milliseconds(Math.min(Math.max(silence, advertisementInterval), seconds(2)));
}

function stepDownAfterStall(turn: Turn, lateness: Milliseconds): void {
  const text = `this host stood still for ${(lateness / 1000).toFixed(2)} s`;
  releaseAddresses(turn);
  becomeBackup(turn, { code: "stalled", text }, turn.listeningInterval());
}

function hearOtherRouter(turn: Turn, event: ReceivedAdvertisement): void {
  turn.hear(event);
  if (event.advertisement.priority === 0) {
    answerLastWord(turn);
    return;
  }
  const reason = reasonToGiveWay(turn, event);
  if (reason !== undefined) giveWay(turn, event, reason);
  else if (isUndecided(turn, event)) turn.act({ type: "two-active" });
  else answerLower(turn);
}

/**
 * Equal, on another leg than the first, which decides and whose packet may come a moment later.
 * Who answered now would claim the addresses once more just before it gives way.
 */
function isUndecided({ state }: Turn, event: ReceivedAdvertisement): boolean {
  return event.advertisement.priority === state.priority && event.localAddress === undefined;
}

/**
 * RFC 9568, 6.4.3: at once an Advertisement, so that no Backup takes over from the one that left. So
 * soon after another answer the next Advertisement does, brought forward.
 */
function answerLastWord(turn: Turn): void {
  const wait = waitForAnswer(turn, "last-word", lastWordSpacing(turn));
  if (wait > 0) {
    if (addTime(turn.now, wait) < turn.state.due) turn.arm("advertisement", wait);
    return;
  }
  noteAnswer(turn, "last-word");
  turn.advertise();
  turn.arm("advertisement", turn.parameters.advertisementInterval);
}

/**
 * A Backup of our priority or less waits for our Skew_Time or more: half of it is soon enough for it.
 * A flood is answered as often, but never more often than version 3 advertises at the most.
 */
function lastWordSpacing(turn: Turn): Milliseconds {
  return milliseconds(Math.max(turn.skewTime() / 2, shortestInterval));
}

function reasonToGiveWay(turn: Turn, event: ReceivedAdvertisement): Reason | undefined {
  const { source, localAddress } = event;
  const ours = turn.state.priority;
  const theirs = event.advertisement.priority;
  if (theirs > ours) {
    const text = `${source} advertises priority ${theirs}, above our ${ours}`;
    return { code: "higher-priority", text };
  }
  if (theirs !== ours || localAddress === undefined) return undefined;
  if (compareIpAddresses(source, localAddress) > 0) {
    const text = `${source} advertises the same priority ${ours} from a higher address`;
    return { code: "higher-address", text };
  }
  return undefined;
}

function giveWay(turn: Turn, event: ReceivedAdvertisement, reason: Reason): void {
  // One last Advertisement: the winner may not know that we were Active, too, and answers it with
  // gratuitous ARP, which sends the switches and hosts that believed us back to it. But it must not
  // be what a third router learns its interval from: with a shorter one than the winner's it would
  // take over before the winner speaks again, lose, say its own last word, and so on.
  if (event.advertisement.interval <= turn.parameters.advertisementInterval) turn.advertise();
  releaseAddresses(turn);
  turn.learnInterval(event);
  becomeBackup(turn, reason, turn.activeDownInterval());
}

/**
 * RFC 9568, 6.4.3: at once an Advertisement, so that the other gives way; gratuitous ARP
 * beside it, for hosts that believed the other.
 */
function answerLower(turn: Turn): void {
  turn.act({ type: "two-active" });
  if (!mayAnswerLower(turn)) return;
  turn.advertise();
  turn.act({ type: "announce", rounds: 1 });
  turn.arm("advertisement", turn.parameters.advertisementInterval);
}

/** Once an interval: a flood must not be multiplied. */
function mayAnswerLower(turn: Turn): boolean {
  if (waitForAnswer(turn, "lower", turn.parameters.advertisementInterval) > 0) return false;
  noteAnswer(turn, "lower");
  return true;
}

/** How long until an answer is at least so far from the last one of its kind. */
function waitForAnswer({ state, now }: Turn, kind: Answered, spacing: Milliseconds): Milliseconds {
  const last = state.answeredAt[kind];
  return last === undefined ? milliseconds(0) : elapsed(now, addTime(last, spacing));
}

function noteAnswer(turn: Turn, kind: Answered): void {
  turn.update({ answeredAt: { ...turn.state.answeredAt, [kind]: turn.now } });
}
