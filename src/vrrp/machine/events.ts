import type { ArmTimer, CancelTimer, TimerFired } from "#base/step.ts";
import type { Reason } from "../reason.ts";
import type { ReceivedAdvertisement, Role, TimerName } from "../virtual-router.ts";

/** Everything that can happen to a Virtual Router. */
export type VirtualRouterEvent =
  /** Nothing stands against taking part: RFC 9568's Startup. */
  | { readonly type: "startup"; readonly text: string }
  /** Tracking forbids to take part. */
  | { readonly type: "fault"; readonly text: string }
  /** An ordered stop: RFC 9568's Shutdown. */
  | { readonly type: "shutdown"; readonly text: string }
  | ({ readonly type: "advertisement" } & ReceivedAdvertisement)
  /** The effective priority, 1 to 254. */
  | { readonly type: "priority"; readonly priority: number }
  | { readonly type: "yield"; readonly text: string }
  | { readonly type: "cancel-yield" }
  /** Something is not as it was left: an Active Router sees whether this host stood still. */
  | { readonly type: "look" }
  | TimerFired<TimerName>;

/** What a Virtual Router wants done, in this order. */
export type VirtualRouterAction =
  | { readonly type: "add-addresses" }
  | { readonly type: "remove-addresses" }
  /** Priority 0 says that this router stops taking part. */
  | { readonly type: "send-advertisement"; readonly priority: number }
  /** A gratuitous ARP for every address, in as many rounds. */
  | { readonly type: "announce"; readonly rounds: number }
  /** Ask whether another host answers for one of the addresses (RFC 5227, 2.1.1). */
  | { readonly type: "probe-addresses" }
  | { readonly type: "transition"; readonly from: Role; readonly to: Role; readonly reason: Reason }
  /** Another router thinks that it is Active while we are. */
  | { readonly type: "two-active" }
  | ArmTimer<TimerName>
  | CancelTimer<TimerName>;
