import type { SyncGroupConfig, VirtualRouterConfig } from "../config.ts";
import { error, quote } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { findNearest } from "../nearest.ts";
import type { ConfigParts } from "./parts.ts";
import { type ComparedKey, routerWords } from "./router-words.ts";

/** Rules of sync groups: known members, each in one group, and alike in what moves them. */
export function checkSyncGroups({ syncGroups, virtualRouters }: ConfigParts): Finding[] {
  const routers = virtualRouters.filter((router) => router !== undefined);
  const taken = new Set(routers.map(({ name }) => name));
  const grouped = new Set<string>();
  return syncGroups.flatMap((group, index): Finding[] => {
    const path = ["sync_groups", index];
    const name = checkName(group, [...path, "name"], taken);
    taken.add(group.name);
    const members = group.members.flatMap((member, place) => {
      const at = [...path, "members", place];
      const finding = checkMember(member, at, { virtualRouters, grouped });
      grouped.add(member);
      return finding;
    });
    return [...name, ...members, ...checkAlike(group, path, routers)];
  });
}

function checkName({ name }: SyncGroupConfig, path: Path, taken: ReadonlySet<string>): Finding[] {
  if (!taken.has(name)) return [];
  return [error(path, `found the name ${quote(name)} a second time; accepted: each once`)];
}

function checkMember(
  member: string,
  path: Path,
  known: Pick<ConfigParts, "virtualRouters"> & { readonly grouped: ReadonlySet<string> },
): Finding[] {
  if (known.grouped.has(member)) {
    const message = `found ${quote(member)} a second time; accepted: each virtual router once, in one group`;
    return [error(path, message)];
  }
  // One that is not right in itself is told of already, and may be the one that is meant.
  if (known.virtualRouters.includes(undefined)) return [];
  const names = known.virtualRouters.flatMap((router) => router?.name ?? []);
  if (names.includes(member)) return [];
  const nearest = findNearest(member, names);
  const hint =
    nearest === undefined ? `accepted: ${names.join(", ")}` : `did you mean ${quote(nearest)}?`;
  return [error(path, `found ${quote(member)}, which is no virtual router; ${hint}`)];
}

/** One state machine moves them all: what decides when it moves cannot differ. */
const mustMatch: readonly ComparedKey[] = [
  "vrrp_version",
  "priority",
  "advertisement_interval",
  "loss_count",
  "start_delay",
  "preempt",
  "preempt_delay",
  "announcements",
];

function checkAlike(
  group: SyncGroupConfig,
  path: Path,
  routers: readonly VirtualRouterConfig[],
): Finding[] {
  const members = routers.filter(({ name }) => group.members.includes(name));
  return mustMatch.flatMap((key): Finding[] => {
    const words = routerWords[key];
    const values = new Set(members.map(words));
    if (values.size < 2) return [];
    const found = members.map((router) => `${router.name} ${words(router)}`).join(", ");
    const message = `found members with different ${key}: ${found}; accepted: the same for all`;
    return [error([...path, "members"], message)];
  });
}
