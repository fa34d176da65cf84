import type { Status } from "#engine/snapshot.ts";

type RouterStatus = Status["virtual_routers"][number];

/** The priority, and what lowers it. */
export function describePriority(router: RouterStatus): string {
  const { priority, configured_priority: base, lowered_by: by } = router;
  if (by.length === 0) return String(priority);
  const causes = by.map(({ by: weight, reason }) => `-${weight}: ${reason}`);
  return `${priority} (${base}; ${causes.join("; ")})`;
}

export function describeAddress({ address, present, accepts }: RouterStatus["addresses"][number]) {
  const place = present ? "here" : "not here";
  return accepts ? `${address} ${place}` : `${address} ${place}, packets to it are dropped`;
}

export function describeRoute(route: RouterStatus["routes"][number]): string {
  const via = route.via === null ? "" : ` via ${route.via}`;
  const dev = route.interface === null ? "" : ` dev ${route.interface}`;
  return `${route.to}${via}${dev} ${route.present ? "here" : "not here"}`;
}
