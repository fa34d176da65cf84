import { type AddressPrefix, type IpAddress, ipAddressToBytes } from "#base/ip-address.ts";
import { formatAttribute, putU32 } from "netlink/dist/structs.js";
import { family, routeAttribute, routeTypeUnicast, scope } from "./constants.ts";
import { leaseProtocol } from "./lease-request.ts";
import type { Route } from "../types.ts";

/** What tells a route of ours from others in its table. */
export interface OwnRoute {
  readonly destination: AddressPrefix;
  /** RT_TABLE_*: 1 to 4294967295. */
  readonly table: number;
  readonly metric: number;
}

/** A unicast IPv4 route to be added; it has a gateway, an interface or both. */
export interface RouteRequest extends OwnRoute {
  readonly gateway: IpAddress | undefined;
  readonly interfaceIndex: number | undefined;
  /**
   * The address that connections through it come from. It must be on this host: the kernel removes the
   * route of the table `main` together with it (fib_sync_down_addr in net/ipv4/fib_semantics.c).
   */
  readonly source: IpAddress;
}

/** Whether the route is one that Gatepair added, in this run or an earlier one. */
export function isOwnRoute({ protocol }: Pick<Route, "protocol">): boolean {
  return protocol === leaseProtocol;
}

/** Of RTM_NEWROUTE. */
export function routePayload(route: RouteRequest): Buffer {
  const { gateway, interfaceIndex, source } = route;
  return Buffer.concat([
    // What has no gateway is on the link itself (ip-route(8)).
    identity(route, gateway === undefined ? scope.link : scope.global),
    ...addressAttribute(routeAttribute.gateway, gateway),
    ...(interfaceIndex === undefined
      ? []
      : [attribute(routeAttribute.outputInterface, putU32(interfaceIndex))]),
    ...addressAttribute(routeAttribute.preferredSource, source),
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
    Buffer.from([family.ipv4, prefixLength, 0, typeOfService, 0]),
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
