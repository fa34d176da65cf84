import type { LocatedConfig } from "../config.ts";
import { error } from "../issue.ts";
import type { Finding } from "../issue.ts";
import { formatPlace } from "../source.ts";

/**
 * What moves together on one host has to move together on the other. Told by VRIDs: names and
 * interfaces may differ.
 */
export function compareGroups(own: LocatedConfig, peer: LocatedConfig): Finding[] {
  const theirs = new Set(groupsOf(peer));
  return groupsOf(own).flatMap((vrids, index): Finding[] => {
    if (theirs.has(vrids)) return [];
    const place = formatPlace(peer.source, ["sync_groups"]);
    const message = `found VRIDs ${vrids}, but no group of ${place} has just these`;
    return [
      error(["sync_groups", index, "members"], `${message}; accepted: the same on both hosts`),
    ];
  });
}

/** Of each group the VRIDs in order, as text. */
function groupsOf({ config }: LocatedConfig): string[] {
  return config.syncGroups.map(({ members }) =>
    config.virtualRouters
      .filter(({ name }) => members.includes(name))
      .map(({ vrid }) => vrid)
      .toSorted((left, right) => left - right)
      .join(", "),
  );
}
