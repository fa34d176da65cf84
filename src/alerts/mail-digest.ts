import { formatSubject, joinLines, type MailText } from "./notification-mail.ts";

/** A mail with what the digest counts it by. */
export interface CountedMail {
  /** One of few: "transition" or a condition's code. */
  readonly kind: string;
  readonly mail: MailText;
}

/** One line a gathered mail. */
export interface DigestEntry {
  readonly at: string;
  readonly subject: string;
}

/** What waits for the next digest. Bounded: the first and the last entries, and counts of all. */
export interface Digest {
  readonly count: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly first: readonly DigestEntry[];
  readonly last: readonly DigestEntry[];
}

export const emptyDigest: Digest = { count: 0, counts: {}, first: [], last: [] };

/** `keep` entries of each end stay; the ones between them are counted only. */
export function addToDigest(digest: Digest, { kind, mail }: CountedMail, keep: number): Digest {
  const entry = { at: mail.at, subject: mail.subject };
  const counts = { ...digest.counts, [kind]: (digest.counts[kind] ?? 0) + 1 };
  const { first, last } = digest;
  const kept =
    first.length < keep
      ? { first: [...first, entry], last }
      : { first, last: [...last, entry].slice(-keep) };
  return { count: digest.count + 1, counts, ...kept };
}

/** The digest must hold something. */
export function renderDigest(routerId: string, digest: Digest): MailText {
  const { count, first, last } = digest;
  const leftOut = count - first.length - last.length;
  const newest = last.at(-1) ?? first.at(-1);
  return {
    at: newest?.at ?? "",
    subject: formatSubject(routerId, `digest: ${count} events since ${first[0]?.at ?? "?"}`),
    text: joinLines([
      `${count} events came faster than mails may be sent. How many of each:`,
      ...Object.entries(digest.counts).map(([kind, number]) => `  ${number} x ${kind}`),
      "",
      ...first.map(listEntry),
      ...(leftOut > 0 ? [`  ... ${leftOut} more are left out here ...`] : []),
      ...last.map(listEntry),
    ]),
  };
}

function listEntry({ at, subject }: DigestEntry): string {
  return `  ${at} ${subject}`;
}
