import type { HealthFigures } from "#alerts/health-thresholds.ts";
import type { IpAddress } from "#base/ip-address.ts";
import type { TimerFired } from "#base/step.ts";
import type { NginxEvent } from "#nginx/events.ts";
import type { FileFinding } from "#tracking/tracked-file.ts";
import type { Command, Respond } from "./commands.ts";
import type { LeaseOutcome, RouteRequest } from "./ports.ts";

/** Everything that reaches the engine. One at a time, each handled to its end before the next. */
export type EngineInput =
  | { readonly type: "start" }
  /** Links, addresses or routes are not what they were: look at the tables. */
  | { readonly type: "network-changed" }
  | LeaseRemovedInput
  /** A packet of protocol 112 with its IP header. */
  | { readonly type: "packet"; readonly interfaceName: string; readonly packet: Uint8Array }
  /** An Ethernet frame with ARP. */
  | { readonly type: "arp"; readonly interfaceName: string; readonly frame: Uint8Array }
  /** An Ethernet frame with Neighbor Discovery. */
  | { readonly type: "neighbor"; readonly interfaceName: string; readonly frame: Uint8Array }
  | { readonly type: "lan-failed"; readonly interfaceName: string; readonly message: string }
  | LeaseOutcomeInput
  /** A route of ours is not there any more. */
  | { readonly type: "route-removed" }
  | RouteOutcomeInput
  | PacketFilterInput
  | VirtualLinkChangedInput
  | VirtualLinkOutcomeInput
  | { readonly type: "timer"; readonly owner: string; readonly fired: TimerFired }
  | { readonly type: "nginx"; readonly event: NginxEvent }
  | CheckEndedInput
  | FileFoundInput
  | { readonly type: "health"; readonly figures: HealthFigures }
  | { readonly type: "hook-outcome"; readonly outcome: HookOutcome }
  | { readonly type: "mail-status"; readonly status: MailStatus }
  | { readonly type: "background-failed"; readonly message: string }
  | { readonly type: "command"; readonly command: Command; readonly respond: Respond }
  | StopInput;

export interface StopInput {
  readonly type: "stop";
  readonly text: string;
  /** An nginx that serves goes on, for the next run of the daemon to find. */
  readonly leaveNginx?: boolean;
}

/** A leased address left its interface, whoever removed it. */
export interface LeaseRemovedInput {
  readonly type: "lease-removed";
  readonly removed: RemovedAddress;
}

export interface RemovedAddress {
  readonly interfaceIndex: number;
  readonly address: IpAddress;
}

export interface LeaseOutcomeInput {
  readonly type: "lease-outcome";
  /** The id of the leg that asked. */
  readonly leg: string;
  readonly operation: "add" | "renew" | "remove";
  readonly address: IpAddress;
  readonly outcome: LeaseOutcome;
}

/** The rules that drop packets which are not accepted were installed, or could not be. */
export interface PacketFilterInput {
  readonly type: "packet-filter";
  /** Why packets are not dropped; undefined when they are. */
  readonly failure: string | undefined;
  /** They were in force before, and somebody else removed or changed them. */
  readonly removedByOther: boolean;
}

export interface CheckEndedInput {
  readonly type: "check-ended";
  /** The name of the check. */
  readonly check: string;
  /** The number under which the run was started. */
  readonly run: number;
  readonly outcome: CheckOutcome;
}

/** What came of one run of a check. */
export interface CheckOutcome {
  readonly ok: boolean;
  /** A clause for people: "exit code 7; it said: no route", "status 200". */
  readonly detail: string;
  readonly seconds: number;
  /** Of a script that ended by itself. */
  readonly exitCode?: number | undefined;
  /** The end of what a script wrote, not yet fit for a terminal; empty for the other kinds. */
  readonly output: string;
}

export interface FileFoundInput {
  readonly type: "file-found";
  readonly path: string;
  readonly finding: FileFinding;
}

/** The interface of this name, which has a virtual MAC address, is not what it was. */
export interface VirtualLinkChangedInput {
  readonly type: "virtual-link-changed";
  readonly name: string;
}

export interface VirtualLinkOutcomeInput {
  readonly type: "virtual-link-outcome";
  /** The id of the leg that asked. */
  readonly leg: string;
  readonly outcome: LeaseOutcome;
}

export interface RouteOutcomeInput extends RouteRequest {
  readonly type: "route-outcome";
  readonly outcome: LeaseOutcome;
}

export interface HookOutcome {
  readonly hook: string;
  readonly ok: boolean;
  /** What became of it, with its exit code and the end of its output. */
  readonly detail: string;
}

/** How the mail stands, for status. Times are ISO 8601, for people. */
export interface MailStatus {
  readonly queued: number;
  /** The time of the event of the oldest mail that waits. */
  readonly oldest: string | undefined;
  readonly lastSuccess: string | undefined;
  readonly lastError: { readonly at: string; readonly text: string } | undefined;
  readonly nextAttempt: string | undefined;
  /** Since the start: mails that had to make room for newer ones. */
  readonly dropped: number;
  /** Since the start: mails refused for good or tried for too long. */
  readonly undeliverable: number;
}
