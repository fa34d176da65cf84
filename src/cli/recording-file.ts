import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { parseLine, type RecordedLine } from "#recording/lines.ts";

/** Far more than a journal keeps. */
const mostBytes = 64 * 1024 * 1024;
const mostBytesUnpacked = 256 * 1024 * 1024;

/** A line of a recording, with its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly line: RecordedLine;
}

export type RecordingReading =
  | { readonly ok: true; readonly lines: readonly NumberedLine[] }
  | { readonly ok: false; readonly problem: string };

/** Text of a recording, gunzipped if it is packed. Throws what the file system throws. */
export async function readRecordingText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > mostBytes) throw new Error(`${size} bytes are too many for a recording`);
  const bytes = await readFile(file);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed
    ? await promisify(gunzip)(bytes, { maxOutputLength: mostBytesUnpacked })
    : bytes;
  return new TextDecoder().decode(plain);
}

/** The lines in the order of time: the journal writes those of one machine after another's. */
export async function readRecording(file: string): Promise<RecordingReading> {
  const lines: NumberedLine[] = [];
  const texts = (await readRecordingText(file)).split("\n");
  for (const [index, text] of texts.entries()) {
    if (text.trim() === "") continue;
    const parsed = parseLine(text);
    if (!parsed.ok) return { ok: false, problem: `line ${index + 1}: ${parsed.problem}` };
    lines.push({ number: index + 1, line: parsed.line });
  }
  return { ok: true, lines: sortByTime(lines) };
}

/** Stable; what has no time stays before what follows it. */
export function sortByTime(lines: readonly NumberedLine[]): NumberedLine[] {
  const sorted: NumberedLine[] = [];
  let timed: (NumberedLine & { readonly at: number })[] = [];
  const flush = () => {
    timed.sort((left, right) => left.at - right.at);
    for (const { number, line } of timed) sorted.push({ number, line });
    timed = [];
  };
  for (const each of lines) {
    if ("at" in each.line) {
      timed.push({ ...each, at: each.line.at });
    } else {
      flush();
      sorted.push(each);
    }
  }
  flush();
  return sorted;
}
