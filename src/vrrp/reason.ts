/** Why a Virtual Router changed its role. The codes are stable: logs, hooks and mail filters use them. */
export type ReasonCode =
  | "starting"
  | "ready"
  | "owner"
  | "active-router-silent"
  | "active-router-resigned"
  | "higher-priority"
  | "higher-address"
  | "fault"
  | "failover-requested"
  | "stalled"
  | "stopped";

export interface Reason {
  readonly code: ReasonCode;
  /** For people: a clause without a full stop. */
  readonly text: string;
}
