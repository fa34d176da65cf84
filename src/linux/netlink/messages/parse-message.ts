import type { NetlinkMessage } from "netlink/dist/structs.js";
import { messageFlag, messageType } from "./constants.ts";
import { parseAddress } from "./parse-address.ts";
import { parseLink } from "./parse-link.ts";
import { parseRoute, routeProtocol } from "./parse-route.ts";
import { isOwnRoute } from "./route-request.ts";
import type { KernelMessage } from "../types.ts";

/**
 * Reads a notification or a row of a dump; undefined when it is about something that is not
 * watched: bridge ports, routes of others that do not take the place of one. Throws on a message
 * that is cut short.
 */
export function parseKernelMessage(message: NetlinkMessage): KernelMessage | undefined {
  switch (message.type) {
    case messageType.newLink:
    case messageType.delLink:
      return linkMessage(message);
    case messageType.newAddress:
    case messageType.delAddress:
      return addressMessage(message);
    case messageType.newRoute:
    case messageType.delRoute:
      return routeMessage(message);
    default:
      return undefined;
  }
}

function linkMessage({ type, data }: NetlinkMessage): KernelMessage | undefined {
  const link = parseLink(data);
  return link && { type: "link", present: type === messageType.newLink, link };
}

function addressMessage({ type, data }: NetlinkMessage): KernelMessage | undefined {
  const address = parseAddress(data);
  return address && { type: "address", present: type === messageType.newAddress, address };
}

function routeMessage({ type, flags, data }: NetlinkMessage): KernelMessage | undefined {
  const present = type === messageType.newRoute;
  const replaces = present && (flags & messageFlag.replace) !== 0;
  // On a router with a full table there are a million of others.
  if (!replaces && !isOwnRoute({ protocol: routeProtocol(data) })) return undefined;
  const route = parseRoute(data);
  return route && { type: "route", present, route, replaces };
}
