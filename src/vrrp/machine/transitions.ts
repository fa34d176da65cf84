import type { Milliseconds } from "#base/time.ts";
import type { Reason } from "../reason.ts";
import type { Turn } from "./turn.ts";
import type { Role, TimerName } from "../virtual-router.ts";

/** RFC 9568, 6.4.2: the addresses, then the Advertisement first of all packets. */
export function becomeActive(turn: Turn, reason: Reason): void {
  // From here on the Active Router's interval is ours, whatever was learned from the one before.
  const activeAdverInterval = turn.parameters.advertisementInterval;
  turn.update({ yielded: false, answeredAt: {}, activeAdverInterval });
  turn.act({ type: "add-addresses" });
  turn.advertise();
  turn.act({ type: "announce", rounds: turn.parameters.announcements.rounds });
  turn.arm("advertisement", turn.parameters.advertisementInterval);
  armIfAny(turn, "announcement", turn.parameters.announcements.repeatDelay);
  armIfAny(turn, "refresh", turn.parameters.announcements.refreshInterval);
  turn.enter("active", reason);
}

export function becomeBackup(turn: Turn, reason: Reason, silence: Milliseconds): void {
  turn.update({ listening: false, preemptFrom: undefined });
  turn.arm("active-down", silence);
  turn.enter("backup", reason);
}

/** Ends the Active role: no Advertisement may be sent once the addresses are gone, but priority 0. */
export function releaseAddresses(turn: Turn): void {
  turn.cancel("advertisement");
  turn.cancel("announcement");
  turn.cancel("refresh");
  turn.act({ type: "remove-addresses" });
}

/** Out of the protocol, with priority 0 so that a Backup waits for Skew_Time only. */
export function resign(turn: Turn, to: Role, reason: Reason): void {
  releaseAddresses(turn);
  turn.advertise(0);
  turn.enter(to, reason);
}

/**
 * Not before now it is asked who else has the addresses: in the first moment the host that loses
 * the role still answers for them.
 */
export function announceAgain(turn: Turn): void {
  turn.act({ type: "announce", rounds: turn.parameters.announcements.rounds });
  turn.act({ type: "probe-addresses" });
}

export function refreshAnnouncement(turn: Turn): void {
  turn.act({ type: "announce", rounds: 1 });
  turn.arm("refresh", turn.parameters.announcements.refreshInterval);
}

function armIfAny(turn: Turn, timer: TimerName, delay: Milliseconds): void {
  if (delay > 0) turn.arm(timer, delay);
}
