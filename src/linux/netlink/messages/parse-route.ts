import {
  addressLength,
  type IpAddress,
  ipAddressFromBytes,
  type IpFamily,
} from "#base/ip-address.ts";
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

/** RTPROT_*: who added it. */
export function routeProtocol(payload: Buffer): number {
  return readU8.call(payload, 5);
}

/** Undefined for what is no unicast IP route, and for the table `local`. */
export function parseRoute(payload: Buffer): Route | undefined {
  const routeFamily = familyOfNumber(readU8.call(payload, 0));
  if (routeFamily === undefined) return undefined;
  if (readU8.call(payload, 7) !== routeTypeUnicast) return undefined;
  if ((readU32.call(payload, 8) & routeFlagCloned) !== 0) return undefined;
  const attributes = readAttributes(payload, headerLength);
  // The byte in the header cannot hold the number of every table.
  const table = readNumber(attributes, routeAttribute.table) ?? readU8.call(payload, 4);
  if (table === routeTableLocal) return undefined;
  const readAddress = (type: number) => readIpAddress(attributes.get(type), routeFamily);
  const everywhere = ipAddressFromBytes(new Uint8Array(16), 0, routeFamily);
  const address = readAddress(routeAttribute.destination) ?? everywhere;
  return {
    destination: { address, prefixLength: readU8.call(payload, 1) },
    gateway: readAddress(routeAttribute.gateway),
    interfaceIndex: readNumber(attributes, routeAttribute.outputInterface),
    table,
    protocol: routeProtocol(payload),
    metric: readNumber(attributes, routeAttribute.priority) ?? 0,
    typeOfService: readU8.call(payload, 3),
  };
}

function readNumber(attributes: Attributes, type: number): number | undefined {
  const value = attributes.get(type);
  return value === undefined ? undefined : readU32.call(value);
}

function readIpAddress(value: Buffer | undefined, ofFamily: IpFamily): IpAddress | undefined {
  if (value?.length !== addressLength[ofFamily]) return undefined;
  return ipAddressFromBytes(value, 0, ofFamily);
}

function familyOfNumber(value: number): IpFamily | undefined {
  if (value === family.ipv4) return "ipv4";
  return value === family.ipv6 ? "ipv6" : undefined;
}
