import type { Status } from "#engine/snapshot.ts";

type RouterStatus = Status["virtual_routers"][number];

/** The priority, and what lowers it. */
export function describePriority(router: RouterStatus): string {
  const { priority, configured_priority: base, lowered_by: by } = router;
  if (by.length === 0) return String(priority);
  const causes = by.map(({ by: weight, reason }) => `-${weight}: ${reason}`);
  return `${priority} (${base}; ${causes.join("; ")})`;
}

/** The addresses, and where they are if not on the interface of the virtual router. */
export function describeAddresses({ addresses, interface: usual }: RouterStatus): string {
  return addresses
    .map(({ address, interface: name, present, accepts }) => {
      const place = name === usual ? "here" : `here on ${name}`;
      const drops = accepts ? "" : " (packets to it are dropped)";
      return `${address} ${present ? place : `not ${place}`}${drops}`;
    })
    .join(", ");
}

export function describeRoute(route: RouterStatus["routes"][number]): string {
  const via = route.via === null ? "" : ` via ${route.via}`;
  const dev = route.interface === null ? "" : ` dev ${route.interface}`;
  return `${route.to}${via}${dev} ${route.present ? "here" : "not here"}`;
}
