import MailComposer from "nodemailer/lib/mail-composer";
import type { SmtpSettings, SpooledMail } from "./smtp-settings.ts";

export interface ComposedMail {
  readonly from: string;
  readonly to: string[];
  readonly content: Buffer;
}

/** The mail as it goes over the wire. The same mail gives the same Message-ID each time. */
export async function composeMail(
  { from, to }: Pick<SmtpSettings, "from" | "to">,
  { id, at, subject, text }: SpooledMail,
): Promise<ComposedMail> {
  const message = new MailComposer({
    from,
    to: [...to],
    subject,
    text,
    date: new Date(at),
    // A text of ours never refers to a file or a URL; nodemailer would fetch either.
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      // RFC 3834, 5: keeps vacation programs from answering a machine.
      "Auto-Submitted": "auto-generated",
    },
  }).compile();
  const envelope = message.getEnvelope();
  const sender = envelope.from === false ? "" : (envelope.from ?? "");
  message.setHeader("Message-ID", `<${id}@${domainOf(sender)}>`);
  return { from: sender, to: envelope.to ?? [], content: await message.build() };
}

function domainOf(address: string): string {
  return /@([\w.-]+)$/.exec(address)?.[1] ?? "gatepair.invalid";
}
