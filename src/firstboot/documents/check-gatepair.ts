import type { Finding } from "#config/issue.ts";
import { checkParts } from "#config/rules/check-parts.ts";
import { readParts } from "#config/rules/parts.ts";
import { toFindings } from "#config/schema-findings.ts";
import { documentSchema } from "#config/schema/document.ts";
import { onceOnly } from "#config/schema/once-only.ts";

import { under } from "./findings.ts";

/** Checks the document of /etc/gatepair/config.yaml where it stands below the key `gatepair`. */
export function checkGatepair(value: unknown): Finding[] {
  const { error } = documentSchema.safeParse(value, onceOnly);
  const findings = [...toFindings(value, error?.issues ?? []), ...checkParts(readParts(value))];
  return findings.map((finding) => under(["gatepair"], finding));
}
