import {
  familyOf,
  formatAddressPrefix,
  type IpAddress,
  type IpFamily,
  isIpv6LinkLocal,
} from "#base/ip-address.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { VirtualRouteConfig, VirtualRouterConfig } from "../config.ts";
import { error, warning } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { mainTable } from "../schema/virtual-route.ts";
import { familyNames } from "./family-rules.ts";

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
        ...checkGateway(route, at),
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

/** What connections through the route may come from; unless told they come from the first. */
export function sourcesFor(
  route: VirtualRouteConfig,
  { addresses }: VirtualRouterConfig,
): IpAddress[] {
  return addresses
    .map(({ address }) => address)
    .filter((each) => familyOf(each) === familyOfRoute(route) && !isIpv6LinkLocal(each));
}

function familyOfRoute({ to }: VirtualRouteConfig): IpFamily {
  return familyOf(to.address);
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

function checkGateway(route: VirtualRouteConfig, path: Path): Finding[] {
  const { via, interface: link, to } = route;
  if (via === undefined) return [];
  const at = [...path, "via"];
  const family = familyOfRoute(route);
  if (familyOf(via) !== family) {
    const message = `found ${via} for a route to ${formatAddressPrefix(to)}`;
    return [error(at, `${message}; accepted: an ${familyNames[family]} address`)];
  }
  if (link !== undefined || !isIpv6LinkLocal(via)) return [];
  const message = `found ${via}, a link-local address, which may be on any interface`;
  return [error(at, `${message}; accepted: with interface`)];
}

/** A route of IPv6 needs none: it ends by itself. */
function checkSource(
  route: VirtualRouteConfig,
  router: VirtualRouterConfig,
  path: Path,
): Finding[] {
  const { source } = route;
  const known = sourcesFor(route, router);
  if (known.length === 0 && familyOfRoute(route) === "ipv4") {
    const message = "found an IPv4 route, and the virtual router has no IPv4 address";
    return [error(path, `${message}; accepted: with one`)];
  }
  if (source === undefined || known.includes(source)) return [];
  const accepted = known.length === 0 ? "none" : `one of the addresses ${known.join(", ")}`;
  return [error([...path, "source"], `found ${source}; accepted: ${accepted}`)];
}

function checkTable(route: VirtualRouteConfig, path: Path): Finding[] {
  const { table } = route;
  const at = [...path, "table"];
  if (table === localTable) {
    return [error(at, "found 255, which is the kernel's own; accepted: another table")];
  }
  if (table === mainTable || familyOfRoute(route) === "ipv6") return [];
  const message =
    "out of a table other than main (254) the kernel removes the route of a killed daemon only where that is the table of the VRF";
  return [warning(at, message)];
}
