import { type IpAddress, ipAddressFromBytes, ipAddressFromNumber } from "#base/ip-address.ts";
import { readU32, readU8 } from "netlink/dist/structs.js";
import { type Attributes, readAttributes } from "./attributes.ts";
import {
  family,
  routeAttribute,
  routeFlagCloned,
  routeTableLocal,
  routeTypeUnicast,
} from "./constants.ts";
import type { Route } from "../types.ts";

/**
 * struct rtmsg: family, destination length, source length, type of service, table, protocol,
 * scope, type, flags (4 bytes).
 */
const headerLength = 12;

/** Undefined for what is no unicast IPv4 route, and for the table `local`. */
export function parseRoute(payload: Buffer): Route | undefined {
  if (readU8.call(payload, 0) !== family.ipv4) return undefined;
  if (readU8.call(payload, 7) !== routeTypeUnicast) return undefined;
  if ((readU32.call(payload, 8) & routeFlagCloned) !== 0) return undefined;
  const attributes = readAttributes(payload, headerLength);
  // The byte in the header cannot hold the number of every table.
  const table = readNumber(attributes, routeAttribute.table) ?? readU8.call(payload, 4);
  if (table === routeTableLocal) return undefined;
  const address = readIpAddress(attributes, routeAttribute.destination) ?? ipAddressFromNumber(0);
  return {
    destination: { address, prefixLength: readU8.call(payload, 1) },
    gateway: readIpAddress(attributes, routeAttribute.gateway),
    interfaceIndex: readNumber(attributes, routeAttribute.outputInterface),
    table,
    protocol: readU8.call(payload, 5),
    metric: readNumber(attributes, routeAttribute.priority) ?? 0,
    typeOfService: readU8.call(payload, 3),
  };
}

function readNumber(attributes: Attributes, type: number): number | undefined {
  const value = attributes.get(type);
  return value === undefined ? undefined : readU32.call(value);
}

function readIpAddress(attributes: Attributes, type: number): IpAddress | undefined {
  const value = attributes.get(type);
  return value?.length === 4 ? ipAddressFromBytes(value) : undefined;
}
