import type SmtpConnection from "nodemailer/lib/smtp-connection";
import { toSingleLine } from "#alerts/line-text.ts";
import { composeMail } from "./compose-mail.ts";
import { createSmtpConnection, readPassword } from "./smtp-connection.ts";
import {
  classifySmtpFailure,
  explainTlsError,
  redactSecrets,
  type SmtpErrorFacts,
  type SmtpFailureScope,
} from "./smtp-failure.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

export type SmtpOutcome =
  | { readonly ok: true; readonly answer: string; readonly refused: readonly string[] }
  | { readonly ok: false; readonly scope: SmtpFailureScope; readonly error: string };

/** A server that sends a byte now and then would otherwise hold the only connection for ever. */
const deliveryTimeLimit = 120_000;
const answerLimit = 400;

/**
 * Delivers one mail over a connection of its own. Never throws: what goes wrong is an outcome.
 * Outcome and answers are free of secrets. `onAnswer` gets each answer of the server.
 */
export async function deliverMail(
  settings: SmtpSettings,
  mail: SpooledMail,
  onAnswer: (line: string) => void = () => {},
): Promise<SmtpOutcome> {
  const secrets: string[] = [];
  const clean = (text: string) => toSingleLine(redactSecrets(text, secrets), answerLimit);
  try {
    const password = await readPassword(settings);
    if (password !== undefined) secrets.push(`\0${settings.username}\0${password}`, password);
    const connection = await createSmtpConnection(settings, (line) => onAnswer(clean(line)));
    const info = await converse(connection, { settings, mail, password });
    return { ok: true, answer: clean(info.response), refused: info.rejected };
  } catch (error) {
    const facts = error as SmtpErrorFacts;
    return {
      ok: false,
      scope: classifySmtpFailure(facts),
      error: clean(explainTlsError(facts.message)),
    };
  }
}

interface Delivery {
  readonly settings: SmtpSettings;
  readonly mail: SpooledMail;
  readonly password: string | undefined;
}

async function converse(
  connection: SmtpConnection,
  delivery: Delivery,
): Promise<SmtpConnection.SentMessageInfo> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  connection.on("error", reject);
  const timer = setTimeout(
    () => reject(new Error(`the mail server took longer than ${deliveryTimeLimit / 1000} s`)),
    deliveryTimeLimit,
  );
  try {
    return await Promise.race([failed, runSteps(connection, delivery)]);
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}

async function runSteps(
  connection: SmtpConnection,
  { settings, mail, password }: Delivery,
): Promise<SmtpConnection.SentMessageInfo> {
  const { from, to, content } = await composeMail(settings, mail);
  await settle<void>((done) => connection.connect(done));
  if (password !== undefined) {
    const credentials = { user: settings.username, pass: password };
    await settle<unknown>((done) => connection.login({ credentials }, done));
  }
  const info = await settle<SmtpConnection.SentMessageInfo>((done) =>
    connection.send({ from, to }, content, done),
  );
  connection.quit();
  return info;
}

/** A call with a last callback argument, as a promise; nodemailer's have no such form. */
function settle<Result>(
  call: (done: (error?: Error | null, result?: Result) => void) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}
