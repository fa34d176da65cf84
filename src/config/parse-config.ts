import { camelCaseKeys } from "#base/key-case.ts";
import type { ParsedConfig } from "./config.ts";
import { hasErrors, sortIssues } from "./issue.ts";
import { readYaml } from "./read-yaml.ts";
import { checkParts } from "./rules/check-parts.ts";
import { readParts } from "./rules/parts.ts";
import { toFindings } from "./schema-findings.ts";
import { documentSchema } from "./schema/document.ts";
import { onceOnly } from "./schema/once-only.ts";
import { locate } from "./source.ts";

/**
 * Reads the text of a configuration file. Never throws: whatever is wrong with the text comes
 * back as issues, all of them at once and sorted by their place.
 */
export function parseConfig(text: string, fileName: string): ParsedConfig {
  const reading = readYaml(text, fileName);
  if (reading.source === undefined) return { config: undefined, issues: reading.issues };
  const { source, value } = reading;
  const { data, error } = documentSchema.safeParse(value, onceOnly);
  const findings = [...toFindings(value, error?.issues ?? []), ...checkParts(readParts(value))];
  const issues = sortIssues([...reading.issues, ...findings.map((each) => locate(source, each))]);
  return data === undefined || hasErrors(issues)
    ? { config: undefined, issues }
    : { config: camelCaseKeys(data), source, issues };
}
