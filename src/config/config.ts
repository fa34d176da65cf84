import type * as z from "zod";

import type { CamelCased } from "#base/key-case.ts";
import type { Issue } from "./issue.ts";
import type { documentSchema } from "./schema/document.ts";
import type { Source } from "./source.ts";

/** The whole configuration of one host, checked, with every default filled in. */
export type Config = CamelCased<z.output<typeof documentSchema>>;

export type VirtualRouterConfig = Config["virtualRouters"][number];
export type AuthenticationConfig = NonNullable<VirtualRouterConfig["authentication"]>;
export type VirtualRouteConfig = VirtualRouterConfig["routes"][number];
export type CheckConfig = Config["checks"][number];
export type SyncGroupConfig = Config["syncGroups"][number];
export type InterfaceConfig = Config["interfaces"][number];
export type NginxConfig = NonNullable<Config["nginx"]>;
export type NotificationsConfig = Config["notifications"];
export type SmtpConfig = NonNullable<NotificationsConfig["smtp"]>;
export type HookConfig = NonNullable<NotificationsConfig["hooks"]["active"]>;
export type HealthConfig = Config["health"];

/** A configuration together with the places of its values in its file. */
export interface LocatedConfig {
  readonly config: Config;
  readonly source: Source;
}

/** A configuration that can be used, perhaps with warnings; or none, and every mistake in it. */
export type ParsedConfig =
  | (LocatedConfig & { readonly issues: readonly Issue[] })
  | { readonly config: undefined; readonly issues: readonly Issue[] };
