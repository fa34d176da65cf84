import { type Milliseconds, seconds } from "#base/time.ts";
import type { Reason } from "./reason.ts";
import type { Turn } from "./turn.ts";
import type { Role } from "./virtual-router.ts";

/** Gratuitous ARP in each burst; single frames get lost. */
const announcementRounds = 5;

/** The second burst, for switches that were busy with the first. */
const announcementDelay = seconds(5);

/** RFC 9568, 6.4.2: the addresses, then the Advertisement first of all packets. */
export function becomeActive(turn: Turn, reason: Reason): void {
  // From here on the Active Router's interval is ours, whatever was learned from the one before.
  const activeAdverInterval = turn.parameters.advertisementInterval;
  turn.update({ yielded: false, answeredAt: undefined, activeAdverInterval });
  turn.act({ type: "add-addresses" });
  turn.advertise();
  turn.act({ type: "announce", rounds: announcementRounds });
  turn.arm("advertisement", turn.parameters.advertisementInterval);
  turn.arm("announcement", announcementDelay);
  turn.enter("active", reason);
}

export function becomeBackup(turn: Turn, reason: Reason, silence: Milliseconds): void {
  turn.update({ listening: false });
  turn.arm("active-down", silence);
  turn.enter("backup", reason);
}

/** Ends the Active role: no Advertisement may be sent once the addresses are gone, but priority 0. */
export function releaseAddresses(turn: Turn): void {
  turn.cancel("advertisement");
  turn.cancel("announcement");
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
  turn.act({ type: "announce", rounds: announcementRounds });
  turn.act({ type: "probe-addresses" });
}
