import { ownerPriority } from "#vrrp/constants.ts";

import type { VirtualRouterConfig } from "../config.ts";
import { error, warning } from "../issue.ts";
import type { Finding } from "../issue.ts";
import { formatPlace } from "../source.ts";
import type { Side } from "./side.ts";
import { findWeights } from "./weights.ts";

/** Under this difference the Backups' timers run out within 4 % of an interval of each other. */
const closePriorities = 10;

/** Priorities and weights that will not do what a person would expect of them. */
export function comparePriorities(own: Side, peer: Side): Finding[] {
  const gap = own.router.priority - peer.router.priority;
  if (gap === 0)
    return own.router.priority === ownerPriority
      ? [refuseOwners(own, peer)]
      : [warnEqual(own, peer)];
  if (gap < 0) return [];
  // An owner waits for nobody.
  if (own.router.priority === ownerPriority) return [];
  // Both are said once, at the host that has the higher priority.
  return [...(gap < closePriorities ? [warnClose(own, peer)] : []), ...warnWeights(own, peer)];
}

function priorityPlace({ located, path }: Side): string {
  return formatPlace(located.source, [...path, "priority"]);
}

function warnEqual(own: Side, peer: Side): Finding {
  const message = `${own.router.priority} is also the priority in ${priorityPlace(peer)}; the higher interface address wins`;
  return warning([...own.path, "priority"], message);
}

function refuseOwners(own: Side, peer: Side): Finding {
  const message = `found 255, as in ${priorityPlace(peer)}: the addresses are each host's own`;
  return error([...own.path, "priority"], `${message}; accepted: 255 on one host`);
}

function warnClose(own: Side, peer: Side): Finding {
  const [higher, lower] = [own.router.priority, peer.router.priority];
  const lead = formatMilliseconds(skewDifference(own.router, higher - lower));
  const message =
    `${higher} is close to the ${lower} in ${priorityPlace(peer)}: when both start at once, this ` +
    `host is ahead by only ${lead}; ${closePriorities} or more apart is safer`;
  return warning([...own.path, "priority"], message);
}

/**
 * How much earlier the higher priority's Active_Down_Interval ends: Skew_Time is a 256th of a
 * second (RFC 3768, 6.1) or of the interval (RFC 9568, 6.1) for each step of priority.
 */
function skewDifference(router: VirtualRouterConfig, gap: number): number {
  const whole = router.vrrpVersion === 2 ? 1000 : router.advertisementInterval;
  return (gap * whole) / 256;
}

function formatMilliseconds(value: number): string {
  return `${Number(value.toPrecision(2))} ms`;
}

function warnWeights(own: Side, peer: Side): Finding[] {
  const [higher, lower] = [own.router.priority, peer.router.priority];
  return findWeights(own.router).flatMap((weight): Finding[] => {
    const left = Math.max(1, higher - weight.by);
    if (left < lower) return [];
    const relation = left === lower ? "equal to" : "still above";
    const message =
      `${higher} lowered by ${weight.by} is ${left}, ${relation} the ${lower} in ` +
      `${priorityPlace(peer)}: alone it can never cause a failover; at least ${higher - lower + 1} can`;
    return [warning([...own.path, ...weight.path], message)];
  });
}
