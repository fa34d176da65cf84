import { error } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";

/** A thing that must not occur twice, and where. */
export interface Claim {
  readonly id: string;
  readonly found: string;
  readonly path: Path;
}

export function refuseRepeated(claims: readonly Claim[]): Finding[] {
  const taken = new Set<string>();
  const again = claims.filter(({ id }) => taken.size === taken.add(id).size);
  // A VRID that is taken in both families is told of once.
  const byPlace = new Map(again.map((claim) => [claim.path, claim]));
  return Array.from(byPlace.values(), ({ path, found }) =>
    error(path, `found ${found} a second time; accepted: each once`),
  );
}
