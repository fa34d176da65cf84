import {
  type AddressPrefix,
  familyOf,
  formatAddressPrefix,
  type IpAddress,
  ipAddressToBytes,
} from "#base/ip-address.ts";
import type { Milliseconds } from "#base/time.ts";
import { formatAttribute, putU32 } from "netlink/dist/structs.js";
import { family, routeAttribute, routeTypeUnicast, scope } from "./constants.ts";
import { leaseProtocol, lifetimeSeconds } from "./lease-request.ts";
import type { Route } from "../types.ts";

/** What tells a route of ours from others in its table. */
export interface OwnRoute {
  readonly destination: AddressPrefix;
  /** RT_TABLE_*: 1 to 4294967295. */
  readonly table: number;
  /** Of IPv6 not 0, which the kernel takes for 1024 in a new route, and for any in one to remove. */
  readonly metric: number;
}

/** A unicast route to be added; it has a gateway, an interface or both. */
export interface RouteRequest extends OwnRoute {
  readonly gateway: IpAddress | undefined;
  readonly interfaceIndex: number | undefined;
  /**
   * The address that connections through it come from. It must be on this host. The kernel removes an
   * IPv4 route of the table `main` together with it (fib_sync_down_addr in net/ipv4/fib_semantics.c),
   * and from one of IPv6 takes the source alone (fib6_remove_prefsrc in net/ipv6/route.c).
   */
  readonly source: IpAddress | undefined;
  /**
   * After this time without renewal an IPv6 route leads nowhere, in any table; the kernel lists it for half
   * a minute more (net.ipv6.route.gc_interval). Rounded up to seconds. IPv4 knows no such thing.
   */
  readonly lifetime: Milliseconds;
}

/** Whether the route is one that Gatepair added, in this run or an earlier one. */
export function isOwnRoute({ protocol }: Pick<Route, "protocol">): boolean {
  return protocol === leaseProtocol;
}

/** Whether the kernel has room for one of the two only. */
export function isSamePlace(left: OwnRoute, right: OwnRoute): boolean {
  const sameDestination =
    formatAddressPrefix(left.destination) === formatAddressPrefix(right.destination);
  return sameDestination && left.table === right.table && left.metric === right.metric;
}

export function isIpv6Route({ destination }: Pick<OwnRoute, "destination">): boolean {
  return familyOf(destination.address) === "ipv6";
}

/** Of RTM_NEWROUTE. */
export function routePayload(route: RouteRequest): Buffer {
  const { gateway, interfaceIndex, source, lifetime } = route;
  return Buffer.concat([
    // What has no gateway is on the link itself (ip-route(8)).
    identity(route, gateway === undefined ? scope.link : scope.global),
    ...addressAttribute(routeAttribute.gateway, gateway),
    ...(interfaceIndex === undefined
      ? []
      : [attribute(routeAttribute.outputInterface, putU32(interfaceIndex))]),
    ...addressAttribute(routeAttribute.preferredSource, source),
    ...(isIpv6Route(route)
      ? [attribute(routeAttribute.expires, putU32(lifetimeSeconds(lifetime)))]
      : []),
  ]);
}

/** Of RTM_DELROUTE: whichever way it leads. */
export function routeRemovalPayload(route: OwnRoute): Buffer {
  return identity(route, scope.nowhere);
}

/** struct rtmsg, and which route; the byte of the table cannot hold the number of every one. */
function identity({ destination, table, metric }: OwnRoute, routeScope: number): Buffer {
  const { address, prefixLength } = destination;
  const typeOfService = 0;
  return Buffer.concat([
    Buffer.from([family[familyOf(address)], prefixLength, 0, typeOfService, 0]),
    Buffer.from([leaseProtocol, routeScope, routeTypeUnicast, 0, 0, 0, 0]),
    ...addressAttribute(routeAttribute.destination, prefixLength === 0 ? undefined : address),
    attribute(routeAttribute.priority, putU32(metric)),
    attribute(routeAttribute.table, putU32(table)),
  ]);
}

function addressAttribute(type: number, address: IpAddress | undefined): Buffer[] {
  return address === undefined ? [] : [attribute(type, ipAddressToBytes(address))];
}

/** An attribute, whose lengths here need no padding. */
function attribute(type: number, data: Uint8Array): Buffer {
  return Buffer.concat(formatAttribute({ type, data }));
}
