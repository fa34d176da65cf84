import type { Milliseconds } from "#base/time.ts";

// Everything that ends a line anywhere: C0, DEL, C1 and the two Unicode separators. A reason can
// carry what nginx printed or what a peer sent, so it could otherwise forge a header (RFC 5322,
// 2.2) or a line of the text.
// oxlint-disable-next-line no-control-regex
const lineBreakers = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** `text` on one line of at most `limit` characters; a longer one ends in "...". */
export function toSingleLine(text: string, limit: number): string {
  const line = text.replace(lineBreakers, " ").trim();
  if (line.length <= limit) return line;
  return `${line
    .slice(0, limit - 3)
    .trimEnd()
    .toWellFormed()}...`;
}

/** "0.42 s", "3.6 s", "5 min 12 s", "3 h 5 min", "2 d 4 h": two figures, what a person wants to know. */
export function formatDuration(span: Milliseconds): string {
  const secondsPart = span / 1000;
  if (secondsPart < 10) return `${secondsPart.toFixed(2)} s`;
  if (secondsPart < 60) return `${secondsPart.toFixed(1)} s`;
  const total = Math.floor(secondsPart);
  if (total < 3600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  if (total < 86_400) return `${Math.floor(total / 3600)} h ${Math.floor((total % 3600) / 60)} min`;
  return `${Math.floor(total / 86_400)} d ${Math.floor((total % 86_400) / 3600)} h`;
}
