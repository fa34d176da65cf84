import type { HealthFigures } from "#alerts/health-thresholds.ts";
import type { Milliseconds } from "#base/time.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

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

export const initialMailStatus: MailStatus = {
  queued: 0,
  oldest: undefined,
  lastSuccess: undefined,
  lastError: undefined,
  nextAttempt: undefined,
  dropped: 0,
  undeliverable: 0,
};

/** What became of a test mail; without secrets. */
export interface MailTestResult {
  readonly ok: boolean;
  readonly message: string;
  readonly seconds: number;
  /** Each answer of the server, in order. */
  readonly answers: readonly string[];
}

/** How often to look at the machine, and which paths' disks. */
export interface HealthSettings {
  readonly interval: Milliseconds;
  readonly diskPaths: readonly string[];
}

/** From the main thread to the background thread. */
export type BackgroundRequest =
  | { readonly type: "configure-mail"; readonly settings: SmtpSettings | undefined }
  | { readonly type: "configure-health"; readonly settings: HealthSettings | undefined }
  | { readonly type: "mail"; readonly mail: SpooledMail }
  | { readonly type: "test-mail"; readonly mail: SpooledMail }
  | { readonly type: "ping" }
  | { readonly type: "close" };

/** From the background thread to the main thread. */
export type BackgroundReply =
  | { readonly type: "mail-accepted"; readonly id: string }
  | { readonly type: "mail-status"; readonly status: MailStatus }
  | { readonly type: "mail-tested"; readonly id: string; readonly result: MailTestResult }
  | { readonly type: "health"; readonly figures: HealthFigures }
  /** Something that an operator should know and that stops nothing. */
  | { readonly type: "problem"; readonly text: string }
  | { readonly type: "pong" }
  | { readonly type: "closed" };

/** What the thread gets at its start. */
export interface BackgroundData {
  readonly spoolDirectory: string;
}
