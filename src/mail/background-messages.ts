import type { HealthFigures } from "#alerts/health-thresholds.ts";
import type { Milliseconds } from "#base/time.ts";
import type { CommandResult } from "#engine/commands.ts";
import type { MailStatus } from "#engine/inputs.ts";
import type { Chunk, RecordingHeader, Taken } from "#recording/entries.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

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
  | JournalRequest
  | { readonly type: "ping" }
  | { readonly type: "close" };

export type JournalRequest =
  | {
      readonly type: "configure-journal";
      readonly directory: string;
      readonly header: RecordingHeader;
    }
  | { readonly type: "journal-keep"; readonly chunk: Chunk; readonly lost: number }
  /** `wanted`: somebody waits for it; otherwise it may be a while. */
  | { readonly type: "journal-write"; readonly taken: Taken; readonly wanted: boolean };

/** From the background thread to the main thread. */
export type BackgroundReply =
  | { readonly type: "mail-accepted"; readonly id: string }
  | { readonly type: "mail-status"; readonly status: MailStatus }
  | { readonly type: "mail-tested"; readonly id: string; readonly result: MailTestResult }
  | { readonly type: "health"; readonly figures: HealthFigures }
  /** Of each keep and write, in their order. */
  | { readonly type: "journal-done"; readonly result: CommandResult }
  /** Something that an operator should know and that stops nothing. */
  | { readonly type: "problem"; readonly text: string }
  | { readonly type: "pong" }
  | { readonly type: "closed" };

/** What the thread gets at its start. */
export interface BackgroundData {
  readonly spoolDirectory: string;
}
