import type { Finding } from "../issue.ts";
import { checkNamedChecks } from "./check-rules.ts";
import type { ConfigParts } from "./parts.ts";
import { checkRouter, checkRoutersTogether } from "./router-rules.ts";
import { checkSyncGroups } from "./sync-group-rules.ts";
import { checkProbe, checkReferences, checkSmtp } from "./section-rules.ts";

/** Every rule that concerns more than one key of one file. */
export function checkParts(parts: ConfigParts): Finding[] {
  return [
    ...parts.virtualRouters.flatMap((router, index) =>
      router === undefined ? [] : checkRouter(router, ["virtual_routers", index]),
    ),
    ...checkRoutersTogether(parts.virtualRouters),
    ...checkNamedChecks(parts),
    ...checkSyncGroups(parts),
    ...(parts.nginx === undefined ? [] : checkProbe(parts.nginx)),
    ...(parts.smtp === undefined ? [] : checkSmtp(parts.smtp)),
    ...checkReferences(parts),
  ];
}
