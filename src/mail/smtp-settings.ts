import type { Milliseconds } from "#base/time.ts";

/** How to reach the mail server, from the configuration. */
export interface SmtpSettings {
  /** A host name or an address. */
  readonly server: string;
  readonly port: number;
  /** `starttls` and `implicit` verify the server's certificate; `none` sends in clear. */
  readonly tls: "none" | "starttls" | "implicit";
  /** PEM file of the certificate authorities to trust in place of the built-in ones. */
  readonly caFile?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** In place of `password`; read before each attempt, so that a new one needs no reload. */
  readonly passwordFile?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** For the connection and for the server's greeting, each. */
  readonly connectTimeout: Milliseconds;
}

/** A mail in the spool. Sender and recipients come from the settings at the time of delivery. */
export interface SpooledMail {
  /** A UUID; makes the Message-ID, which stays the same over all attempts. */
  readonly id: string;
  /** Milliseconds since 1970, because it must mean something after a restart. */
  readonly queuedAt: number;
  /** The time of the event, ISO 8601. */
  readonly at: string;
  readonly subject: string;
  readonly text: string;
}
