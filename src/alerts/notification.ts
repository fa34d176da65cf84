import type { Milliseconds } from "#base/time.ts";
import type { ConditionCode } from "./conditions.ts";

/** The roles of a Virtual Router as the state machine names them. */
export type RouterRole = "initialize" | "backup" | "active" | "fault";

/** The last that was heard of another router of the same virtual router. */
export interface PeerView {
  readonly address: string;
  readonly priority: number;
  readonly lastHeardAgo: Milliseconds;
}

/** One virtual router as this host sees it at the time of the notification. */
export interface VirtualRouterView {
  readonly name: string;
  readonly vrid: number;
  readonly interfaceName: string;
  readonly role: RouterRole;
  readonly priority: number;
  readonly addresses: readonly string[];
  /** Absent when no other router has been heard since the start. */
  readonly peer: PeerView | undefined;
}

interface NotificationHeader {
  /** The time of day of the event, for people. */
  readonly at: string;
  readonly routerId: string;
}

export interface TransitionNotification extends NotificationHeader {
  readonly kind: "transition";
  readonly from: RouterRole;
  /** The new role is the role of `router`. */
  readonly router: VirtualRouterView;
  readonly reason: string;
}

export interface ConditionNotification extends NotificationHeader {
  readonly kind: "condition";
  readonly change: "raised" | "cleared";
  readonly code: ConditionCode;
  readonly subject: string;
  readonly text: string;
  /** How long it had lasted, for `cleared`. */
  readonly lasted: Milliseconds | undefined;
  readonly routers: readonly VirtualRouterView[];
}

export type Notification = TransitionNotification | ConditionNotification;

/** By what the digest counts: "transition", or the code of the condition with its change. */
export function notificationKind(notification: Notification): string {
  if (notification.kind === "transition") return "transition";
  return `${notification.code} ${notification.change}`;
}
