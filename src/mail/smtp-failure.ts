/** The parts of nodemailer's error that classify it. */
export interface SmtpErrorFacts {
  readonly message: string;
  readonly responseCode?: number | undefined;
  /** The step that failed: "CONN", "EHLO", "AUTH PLAIN", "MAIL FROM", "RCPT TO", "DATA", "API". */
  readonly command?: string | undefined;
}

/**
 * Whom a failure concerns. `server`: no mail gets through now, try again later. `message`: the
 * server refuses this mail for now. `permanent`: it refuses this mail for good.
 */
export type SmtpFailureScope = "server" | "message" | "permanent";

// Replies that speak of the connection or of the login, whatever command they answer:
// RFC 5321, 4.2.3 (421) and RFC 4954, 6 (530, 534, 535, 538).
const connectionReplies = new Set([421, 530, 534, 535, 538]);
const messageCommands = new Set(["MAIL FROM", "RCPT TO", "DATA"]);

/**
 * A 5xx as greeting or as answer to a login is for the operator to mend, here or there: the mail
 * itself is not at fault and waits.
 */
export function classifySmtpFailure({ responseCode, command }: SmtpErrorFacts): SmtpFailureScope {
  if (responseCode === undefined || connectionReplies.has(responseCode)) return "server";
  if (command === undefined || !messageCommands.has(command)) return "server";
  return responseCode >= 500 ? "permanent" : "message";
}

/**
 * Takes `secrets` out of a text, also in the encodings of a login (RFC 4954): a server may repeat
 * what it was sent in its answer.
 */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) =>
    secret === "" ? [] : [secret, Buffer.from(secret).toString("base64")],
  );
  return forms.reduce((clean, form) => clean.replaceAll(form, "***"), text);
}

/** Puts what OpenSSL and Node say into words for somebody who runs neither. */
export function explainTlsError(message: string): string {
  const openssl = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(message);
  if (openssl !== null) return `TLS failed: ${openssl[1]}`;
  return message.replace(
    /; if the root CA is installed locally.*$/,
    " (set ca_file if the mail server has a certificate authority of its own)",
  );
}
