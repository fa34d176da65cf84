import assert from "node:assert/strict";

import type { LocatedConfig } from "#config/config.ts";
import { formatIssue } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";

/** The shortest right document; further keys of its virtual router may follow, from line 7 on. */
export const shortest = `version: 1
virtual_routers:
  - name: web
    vrid: 51
    interface: eth0
    addresses: [192.0.2.10]
`;

/** The issues as people see them, without the name of the file. */
export function issueLines(text: string): string[] {
  return lines(parseConfig(text, "f").issues);
}

export function lines(issues: readonly Issue[]): string[] {
  return issues.map((issue) => formatIssue(issue).replace(/^f:/, ""));
}

export function parseGood(text: string, fileName = "f"): LocatedConfig {
  const parsed = parseConfig(text, fileName);
  assert.ok(parsed.config !== undefined, parsed.issues.map(formatIssue).join("\n"));
  return parsed;
}
