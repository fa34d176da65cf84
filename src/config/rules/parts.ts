import type * as z from "zod";

import { camelCaseKeys } from "#base/key-case.ts";
import type { CamelCased } from "#base/key-case.ts";
import type {
  CheckConfig,
  HealthConfig,
  InterfaceConfig,
  NginxConfig,
  SmtpConfig,
  SyncGroupConfig,
  VirtualRouterConfig,
} from "../config.ts";
import { valueAt } from "../found.ts";
import { checkSchema } from "../schema/checks.ts";
import { interfacesSchema } from "../schema/document.ts";
import { healthSchema } from "../schema/health.ts";
import { nginxSchema } from "../schema/nginx.ts";
import { smtpSchema } from "../schema/notifications.ts";
import { onceOnly } from "../schema/once-only.ts";
import { syncGroupsSchema } from "../schema/sync-group.ts";
import { virtualRouterSchema } from "../schema/virtual-router.ts";

/**
 * The parts of a document that are right in themselves, for the rules across keys: a mistake in
 * one part does not hide those of the others.
 */
export interface ConfigParts {
  /** A router that is not right leaves a gap, so that indexes stay those of the file. */
  readonly virtualRouters: readonly (VirtualRouterConfig | undefined)[];
  readonly syncGroups: readonly SyncGroupConfig[];
  readonly interfaces: readonly InterfaceConfig[];
  /** As with routers, a check that is not right leaves a gap. */
  readonly checks: readonly (CheckConfig | undefined)[];
  /** The names of all checks, of those too that are not right. */
  readonly checkNames: readonly string[];
  readonly hasNginx: boolean;
  readonly nginx: NginxConfig | undefined;
  readonly smtp: SmtpConfig | undefined;
  readonly health: HealthConfig | undefined;
}

export function readParts(document: unknown): ConfigParts {
  const routers = valueAt(document, ["virtual_routers"]);
  const checks = valueAt(document, ["checks"]);
  const nginx = valueAt(document, ["nginx"]);
  return {
    virtualRouters: Array.isArray(routers)
      ? routers.map((router) => readPart(virtualRouterSchema, router))
      : [],
    syncGroups: readPart(syncGroupsSchema, valueAt(document, ["sync_groups"])) ?? [],
    interfaces: readPart(interfacesSchema, valueAt(document, ["interfaces"])) ?? [],
    checks: Array.isArray(checks) ? checks.map((check) => readPart(checkSchema, check)) : [],
    checkNames: Array.isArray(checks) ? checks.flatMap(readName) : [],
    hasNginx: nginx !== undefined,
    nginx: readPart(nginxSchema, nginx),
    smtp: readPart(smtpSchema, valueAt(document, ["notifications", "smtp"])),
    health: readPart(healthSchema.prefault({}), valueAt(document, ["health"])),
  };
}

function readName(entry: unknown): string[] {
  const name = valueAt(entry, ["name"]);
  return typeof name === "string" ? [name] : [];
}

function readPart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): CamelCased<z.output<Schema>> | undefined {
  const { data } = schema.safeParse(value, onceOnly);
  return data === undefined ? undefined : camelCaseKeys(data);
}
