import type * as z from "zod";

import { describeFound, isSecret, valueAt } from "./found.ts";
import { error, quote } from "./issue.ts";
import type { Finding, Path } from "./issue.ts";
import { findNearest } from "./nearest.ts";

type SchemaIssue = z.core.$ZodIssue;

/** What the schema refused, as one finding a value, each with what was found and is accepted. */
export function toFindings(document: unknown, issues: readonly SchemaIssue[]): Finding[] {
  const seen = new Set<string>();
  return issues
    .flatMap((issue) => chooseBranch(issue))
    .flatMap((issue) => toFindingsOfOne(document, issue))
    .filter(({ path }) => {
      // A value out of range may break several rules at once; its range is named once.
      const id = JSON.stringify(path);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
}

/**
 * Where one of several kinds is accepted and the value is of one of these kinds, that kind's
 * mistakes help more than the list of kinds.
 */
function chooseBranch(issue: SchemaIssue): SchemaIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const [branch, ...others] = issue.errors.filter((errors) => !errors.some(refusesKind));
  if (branch === undefined || others.length > 0) return [issue];
  return branch.flatMap(chooseBranch).map((found) => under(issue.path, found));
}

function under(parent: readonly PropertyKey[], issue: SchemaIssue): SchemaIssue {
  return { ...issue, path: [...parent, ...issue.path] };
}

function refusesKind({ code, path }: SchemaIssue): boolean {
  return path.length === 0 && code !== "unrecognized_keys";
}

function toFindingsOfOne(document: unknown, issue: SchemaIssue): Finding[] {
  const path = issue.path.filter((segment) => typeof segment !== "symbol");
  // The messages are what ./schema/fields.ts gave as accepted.
  const accepted = issue.message;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describeUnknownKey(path, key, accepted.split(", ")));
  }
  const value = valueAt(document, path);
  if (value === undefined) return [error(path, `missing; accepted: ${accepted}`)];
  // A text in place of a whole section may hold its password: `smtp: //user:password@host`.
  const isSection = issue.code === "invalid_type" && issue.expected === "object";
  const found = describeFound(value, isSection || isSecret(path));
  return [error(path, `found ${found}; accepted: ${accepted}`)];
}

function describeUnknownKey(parent: Path, key: string, known: readonly string[]): Finding {
  const help = helpWithKey(key, known);
  return { ...error([...parent, key], `found an unknown key; ${help}`), at: "key" };
}

function helpWithKey(key: string, known: readonly string[]): string {
  const [beforeColon] = key.split(":");
  const lacksSpace = beforeColon !== key && known.includes(beforeColon ?? "");
  if (lacksSpace) return "put a space after the colon";
  const nearest = findNearest(key.toLowerCase(), known);
  return nearest === undefined
    ? `accepted: ${known.join(", ")}`
    : `did you mean ${quote(nearest)}?`;
}
