import type { VirtualRouterConfig } from "../config.ts";
import type { Path } from "../issue.ts";

/** A failure that lowers the priority of its virtual router, and where it is configured. */
export interface Weight {
  readonly by: number;
  /** Within the virtual router. */
  readonly path: Path;
}

export function findWeights({ track }: VirtualRouterConfig): Weight[] {
  const effects = [
    { effect: track.nginx, path: ["track", "nginx"] },
    ...track.interfaces.map(({ effect }, index) => ({
      effect,
      path: ["track", "interfaces", index],
    })),
    ...track.checks.map(({ effect }, index) => ({ effect, path: ["track", "checks", index] })),
  ];
  return effects.flatMap(({ effect, path }): Weight[] =>
    effect?.type === "lower-priority" ? [{ by: effect.by, path: [...path, "lower_priority"] }] : [],
  );
}
