import type { Status } from "#engine/snapshot.ts";

type RouterStatus = Status["virtual_routers"][number];

/** The priority, and what lowers it. */
export function describePriority(router: RouterStatus): string {
  const { priority, configured_priority: base, lowered_by: by } = router;
  if (by.length === 0) return String(priority);
  const causes = by.map(({ by: weight, reason }) => `-${weight}: ${reason}`);
  return `${priority} (${base}; ${causes.join("; ")})`;
}

export function describeAddress({ address, present }: RouterStatus["addresses"][number]): string {
  return `${address} ${present ? "here" : "not here"}`;
}
