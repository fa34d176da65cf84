import { familyOf, formatAddressPrefix } from "#base/ip-address.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { VirtualRouteConfig, VirtualRouterConfig } from "../config.ts";
import { error, warning } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { mainTable } from "../schema/virtual-route.ts";

/** RT_TABLE_LOCAL of rtnetlink(7): the kernel's own. */
const localTable = 255;

/** Rules of the virtual routes of one virtual router. */
export function checkRoutes(router: VirtualRouterConfig, path: Path): Finding[] {
  return [
    ...checkRouteOwner(router, path),
    ...router.routes.flatMap((route, index) => {
      const at = [...path, "routes", index];
      return [
        ...checkWay(route, router, at),
        ...checkSource(route, router, at),
        ...checkTable(route, at),
      ];
    }),
  ];
}

/** What tells one route from another: two of a kind cannot both be there. */
export function routeId({ to, table, metric }: VirtualRouteConfig): string {
  return `route ${formatAddressPrefix(to)} ${table} ${metric}`;
}

function checkRouteOwner({ priority, routes }: VirtualRouterConfig, path: Path): Finding[] {
  if (priority !== ownerPriority || routes.length === 0) return [];
  const message =
    "found with priority 255, whose addresses stay when the daemon is killed, and the routes with them; accepted: with a priority of 1 to 254";
  return [{ ...error([...path, "routes"], message), at: "key" }];
}

function checkWay(
  { via, interface: link }: VirtualRouteConfig,
  { addresses }: VirtualRouterConfig,
  path: Path,
): Finding[] {
  if (via === undefined) {
    if (link !== undefined) return [];
    const message = "found neither via nor interface; accepted: one of them, or both";
    return [error(path, message)];
  }
  if (!addresses.some(({ address }) => address === via)) return [];
  const message = `found ${via}, which is this virtual router itself`;
  return [error([...path, "via"], `${message}; accepted: the address of another host`)];
}

function checkSource(
  { source }: VirtualRouteConfig,
  { addresses }: VirtualRouterConfig,
  path: Path,
): Finding[] {
  const known = addresses.map(({ address }) => address).filter((each) => familyOf(each) === "ipv4");
  if (known.length === 0) {
    const message = "found an IPv4 route, and the virtual router has no IPv4 address";
    return [error(path, `${message}; accepted: with one`)];
  }
  if (source === undefined || known.includes(source)) return [];
  const message = `found ${source}; accepted: one of the addresses ${known.join(", ")}`;
  return [error([...path, "source"], message)];
}

function checkTable({ table }: VirtualRouteConfig, path: Path): Finding[] {
  const at = [...path, "table"];
  if (table === localTable) {
    return [error(at, "found 255, which is the kernel's own; accepted: another table")];
  }
  if (table === mainTable) return [];
  const message =
    "out of a table other than main (254) the kernel removes the route of a killed daemon only where that is the table of the VRF";
  return [warning(at, message)];
}
