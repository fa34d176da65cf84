import type { SpooledMail } from "./smtp-settings.ts";

const formatVersion = 1;

/** Sorts by age; the id keeps two mails of one millisecond apart. */
export function nameSpoolFile({ queuedAt, id }: SpooledMail): string {
  return `${String(queuedAt).padStart(15, "0")}-${id}.json`;
}

export function encodeSpoolFile({ id, queuedAt, at, subject, text }: SpooledMail): string {
  return `${JSON.stringify({ version: formatVersion, id, queuedAt, at, subject, text })}\n`;
}

/** Undefined for what this program did not write whole. */
export function decodeSpoolFile(content: string): SpooledMail | undefined {
  const fields = parseRecord(content);
  if (fields?.["version"] !== formatVersion) return undefined;
  const { id, queuedAt, at, subject, text } = fields;
  if (typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  if (typeof queuedAt !== "number" || !Number.isSafeInteger(queuedAt)) return undefined;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) return undefined;
  if (typeof subject !== "string" || typeof text !== "string") return undefined;
  return { id, queuedAt, at, subject, text };
}

function parseRecord(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
