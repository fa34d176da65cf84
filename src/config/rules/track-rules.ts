import type { VirtualRouterConfig } from "../config.ts";
import { error, quote, warning } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { findWeights } from "./weights.ts";

/** Rules for what one virtual router tracks. */
export function checkTrack(router: VirtualRouterConfig, path: Path): Finding[] {
  return [
    ...checkWeights(router, path),
    ...checkTrackedTwice(router, path),
    ...checkTrackedFiles(router, path),
  ];
}

const weightWithoutPreemption =
  "found a weight with preempt: false, under which a higher priority elsewhere takes over nothing";

function checkWeights(router: VirtualRouterConfig, path: Path): Finding[] {
  return findWeights(router).flatMap((weight): Finding[] => {
    const at = [...path, ...weight.path];
    if (!router.preempt) {
      return [error(at, `${weightWithoutPreemption}; accepted: on_failure: fault`)];
    }
    if (weight.by < router.priority) return [];
    const message = `lowers priority ${router.priority} by ${weight.by}; the result is 1, not less`;
    return [warning(at, message)];
  });
}

function checkTrackedTwice({ track }: VirtualRouterConfig, path: Path): Finding[] {
  const at = (key: string) => [...path, "track", key];
  return [
    ...findTwice(track.interfaces, "name", at("interfaces"), "each interface once"),
    ...findTwice(track.checks, "name", at("checks"), "each check once"),
    ...findTwice(track.files, "path", at("files"), "each file once"),
  ];
}

function findTwice<Key extends string>(
  entries: readonly Readonly<Record<Key, string>>[],
  key: Key,
  path: Path,
  accepted: string,
): Finding[] {
  const values = entries.map((entry) => entry[key]);
  return values.flatMap((value, index): Finding[] =>
    values.indexOf(value) === index
      ? []
      : [error([...path, index, key], `found ${quote(value)} twice; accepted: ${accepted}`)],
  );
}

/** A number in a file is a weight that nobody knows beforehand. */
function checkTrackedFiles({ preempt, track }: VirtualRouterConfig, path: Path): Finding[] {
  if (preempt) return [];
  return track.files.flatMap(({ fault }, index): Finding[] => {
    const at = [...path, "track", "files", index, "path"];
    return fault ? [] : [error(at, `${weightWithoutPreemption}; accepted: on_failure: fault`)];
  });
}
