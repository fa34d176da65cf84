import { formatPath, quote, sortIssues } from "#config/issue.ts";
import type { Finding, Issue } from "#config/issue.ts";
import { findNearest } from "#config/nearest.ts";
import { readYaml } from "#config/read-yaml.ts";
import { locate } from "#config/source.ts";

import type { SeedFile } from "../seed/seed.ts";
import { checkGatepair } from "./check-gatepair.ts";
import { checkValue, isMap } from "./check-value.ts";
import { decodeDocument } from "./decode.ts";
import { errorAtKey } from "./findings.ts";
import type { Gunzip } from "./file-content.ts";
import { ignoredKeys, refusedKeys } from "./known-keys.ts";
import { checkUserData } from "./user-data-rules.ts";
import { ignoredWithin, userDataSchema } from "./user-data-schema.ts";
import type { UserData } from "./user-data-schema.ts";

export interface UserDataReading {
  /** Nothing when the file is absent or its keys are wrong. */
  readonly data: UserData | undefined;
  /** Paths of keys that are accepted without effect. */
  readonly ignored: readonly string[];
  readonly issues: readonly Issue[];
}

const absent: UserDataReading = { data: undefined, ignored: [], issues: [] };

/** Reads `#cloud-config`. Never throws; every mistake comes back as an issue with its place. */
export function readUserData(file: SeedFile | undefined, gunzip: Gunzip): UserDataReading {
  const decoded = decodeDocument(file);
  if (decoded.type === "absent") return absent;
  if (decoded.type === "refused") return { ...absent, issues: [decoded.issue] };
  const reading = readYaml(decoded.text, decoded.name);
  if (reading.source === undefined) return { ...absent, issues: reading.issues };
  const { source, value } = reading;
  const { known, findings } = sortKeys(value);
  const checked = checkValue(userDataSchema, known);
  const ofGatepair =
    isMap(known) && known["gatepair"] !== undefined ? checkGatepair(known["gatepair"]) : [];
  const ofRules = checked.data === undefined ? [] : checkUserData(checked.data, gunzip);
  const all = [...findings, ...checked.findings, ...ofRules, ...ofGatepair];
  return {
    data: checked.data,
    ignored: listIgnored(value),
    issues: sortIssues([...reading.issues, ...all.map((finding) => locate(source, finding))]),
  };
}

/** Takes out what is ignored, refused or unknown; what is left is for the schema. */
function sortKeys(value: unknown): { known: unknown; findings: readonly Finding[] } {
  if (!isMap(value)) return { known: value, findings: [] };
  const entries = Object.entries(value).filter(([key, inner]) => !isIgnored(key, inner));
  const known = entries.filter(([key]) => Object.hasOwn(userDataSchema.shape, key));
  const others = entries.filter(([key]) => !Object.hasOwn(userDataSchema.shape, key));
  return {
    known: Object.fromEntries(known),
    findings: others.map(([key]) => errorAtKey([key], describeOther(key))),
  };
}

/** virt-install adds a command that switches cloud-init off, which is not here. */
const switchesCloudInitOff = /^echo "[^"]*" > \/etc\/cloud\/cloud-init\.disabled$/;

function isIgnored(key: string, value: unknown): boolean {
  if (ignoredKeys.includes(key)) return true;
  const commands: readonly unknown[] = key === "runcmd" && Array.isArray(value) ? value : [];
  return (
    commands.length > 0 &&
    commands.every((command) => typeof command === "string" && switchesCloudInitOff.test(command))
  );
}

function describeOther(key: string): string {
  const refusal = Object.hasOwn(refusedKeys, key) ? refusedKeys[key] : undefined;
  if (refusal !== undefined) return `found ${key}; ${refusal}`;
  const acting = Object.keys(userDataSchema.shape);
  const nearest = findNearest(key.toLowerCase(), [
    ...acting,
    ...ignoredKeys,
    ...Object.keys(refusedKeys),
  ]);
  return nearest === undefined
    ? `found an unknown key; accepted: ${acting.join(", ")}`
    : `found an unknown key; did you mean ${quote(nearest)}?`;
}

function listIgnored(value: unknown): string[] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    isIgnored(key, inner) ? [key] : listIgnoredWithin(key, inner),
  );
}

function listIgnoredWithin(key: string, value: unknown): string[] {
  const names = ignoredWithin[key] ?? [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      ignoredOf(item, names).map((name) => formatPath([key, index, name])),
    );
  }
  return ignoredOf(value, names).map((name) => formatPath([key, name]));
}

function ignoredOf(value: unknown, names: readonly string[]): string[] {
  return isMap(value) ? Object.keys(value).filter((name) => names.includes(name)) : [];
}
