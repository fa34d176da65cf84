import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRecording } from "../support/recordings.ts";
import type { RecordedLine } from "#recording/lines.ts";

export interface Requirement {
  /** The folder with its cases. */
  readonly id: string;
  /** Where it stands. */
  readonly reference: string;
  /**
   * Of a receive check the packets of the accepting case are accepted, those of the refusing one
   * refused. Of what is sent the accepting case has the bytes, and the refusing one what a receiver
   * makes of bytes that are otherwise.
   */
  readonly kind: "receive" | "transmit" | "machine";
  readonly requirement: string;
}

export const caseNames = ["accepting", "refusing"] as const;
export type CaseName = (typeof caseNames)[number];

const directory = import.meta.dirname;

export function readRequirements(): readonly Requirement[] {
  const text = readFileSync(join(directory, "requirements.json"), "utf8");
  return JSON.parse(text) as Requirement[];
}

/** The folders that there are. */
export function listFolders(): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export function listCases(id: string): string[] {
  return readdirSync(join(directory, id)).toSorted();
}

/** Throws when a line is none of a recording. */
export function readCase(id: string, name: CaseName): RecordedLine[] {
  const text = readFileSync(join(directory, id, `${name}.jsonl`), "utf8");
  return parseRecording(text.trimEnd().split("\n"));
}

/** The list of README. */
export function listForReadme(): string {
  return readRequirements()
    .map(({ id, reference, requirement }) => `- \`${id}\` (${reference}): ${requirement}\n`)
    .join("");
}
