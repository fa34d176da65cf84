import type { MailTestResult } from "./background-messages.ts";
import { deliverMail } from "./smtp-client.ts";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

/** A server can send answers for as long as it likes. */
const maxAnswers = 40;

/** Sends one mail now, past the queue, and notes what the server answers. */
export async function sendTestMail(
  settings: SmtpSettings,
  mail: SpooledMail,
): Promise<MailTestResult> {
  const start = performance.now();
  const answers: string[] = [];
  const outcome = await deliverMail(settings, mail, (line) => {
    if (answers.length < maxAnswers) answers.push(line);
  });
  const seconds = (performance.now() - start) / 1000;
  return { ok: outcome.ok, message: outcome.ok ? outcome.answer : outcome.error, seconds, answers };
}
