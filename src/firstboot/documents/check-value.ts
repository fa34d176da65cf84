import type * as z from "zod";

import type { Finding } from "#config/issue.ts";
import { toFindings } from "#config/schema-findings.ts";
import { onceOnly } from "#config/schema/once-only.ts";

import { hideSecrets } from "./hide-secrets.ts";

/** A value that a schema accepted, or everything that it refused. */
export interface Checked<Value> {
  readonly data: Value | undefined;
  readonly findings: readonly Finding[];
}

export function checkValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Checked<z.output<Schema>> {
  const { data, error } = schema.safeParse(value, onceOnly);
  return { data, findings: toFindings(hideSecrets(value), error?.issues ?? []) };
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
