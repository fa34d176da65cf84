import type { CheckConfig } from "../config.ts";
import { formatDuration } from "../duration.ts";
import { error, quote, warning } from "../issue.ts";
import type { Finding } from "../issue.ts";
import { findNearest } from "../nearest.ts";
import type { ConfigParts } from "./parts.ts";

/** The named checks, and those who track them. */
export function checkNamedChecks(parts: ConfigParts): Finding[] {
  return [
    ...parts.checks.flatMap((check, index) => (check ? checkTimeout(check, index) : [])),
    ...checkNames(parts),
    ...checkTracked(parts),
  ];
}

/** A run that may last into the next turn would overlap with it. */
function checkTimeout({ timeout, interval }: CheckConfig, index: number): Finding[] {
  if (timeout < interval) return [];
  const found = `found ${formatDuration(timeout)}`;
  return [
    error(
      ["checks", index, "timeout"],
      `${found}; accepted: below the interval of ${formatDuration(interval)}, so that a run ends before the next one`,
    ),
  ];
}

function checkNames({ checks, virtualRouters }: ConfigParts): Finding[] {
  const names = checks.map((check) => check?.name);
  const tracked = new Set(
    virtualRouters.flatMap((router) => router?.track.checks.map(({ name }) => name) ?? []),
  );
  return names.flatMap((name, index): Finding[] => {
    if (name === undefined) return [];
    const path = ["checks", index, "name"];
    if (names.indexOf(name) !== index) {
      return [error(path, `found ${quote(name)} twice; accepted: each check once`)];
    }
    const isIdle = !virtualRouters.includes(undefined) && !tracked.has(name);
    return isIdle ? [warning(path, `no virtual router tracks the check ${quote(name)}`)] : [];
  });
}

function checkTracked({ virtualRouters, checkNames: known }: ConfigParts): Finding[] {
  return virtualRouters.flatMap((router, routerIndex) =>
    (router?.track.checks ?? []).flatMap(({ name }, index): Finding[] => {
      if (known.includes(name)) return [];
      const path = ["virtual_routers", routerIndex, "track", "checks", index, "name"];
      return [error(path, `found ${quote(name)}, which is no check; ${suggest(name, known)}`)];
    }),
  );
}

function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "accepted: the name of an entry of checks at the top";
  const nearest = findNearest(name, known);
  return nearest === undefined
    ? `accepted: ${known.join(", ")}`
    : `did you mean ${quote(nearest)}?`;
}
