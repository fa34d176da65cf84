import type { Milliseconds } from "#base/time.ts";

/** How nginx is to be supervised; the configuration file's `nginx` section, with defaults filled in. */
export interface NginxSettings {
  readonly config: string;
  readonly binary: string;
  /** `always`: on Active and Backup alike; `active`: started and stopped with the role. */
  readonly runOn: "always" | "active";
  /** What an exit that nobody asked for means. */
  readonly onExit: "restart" | "failover";
  readonly probe: ProbeSettings | undefined;
  /** More exits than this within `restartWindow`: nginx cannot be kept up. */
  readonly restartAttempts: number;
  readonly restartWindow: Milliseconds;
  /** Between a fault that does not wait for the operator and the next try. */
  readonly retryHold: Milliseconds;
  /** From SIGQUIT to SIGKILL when nginx is stopped. */
  readonly stopTimeout: Milliseconds;
  /** From the start of nginx to its first answer. */
  readonly startLimit: Milliseconds;
}

export interface ProbeSettings {
  readonly url: string;
  readonly interval: Milliseconds;
  readonly timeout: Milliseconds;
  /** Consecutive failures that make an answering nginx count as silent. */
  readonly fall: number;
  /** Consecutive answers that end a fault. A first start needs one only. */
  readonly rise: number;
  /** The statuses that count as an answer. */
  readonly expectStatus: readonly StatusRange[];
}

/** Statuses of HTTP from the first to the last, both included. */
export interface StatusRange {
  readonly first: number;
  readonly last: number;
}
