import type { LocatedConfig, VirtualRouterConfig } from "../config.ts";
import type { Path } from "../issue.ts";

/** One virtual router of a file, for messages about it. */
export interface Side {
  readonly located: LocatedConfig;
  readonly router: VirtualRouterConfig;
  readonly path: Path;
}
