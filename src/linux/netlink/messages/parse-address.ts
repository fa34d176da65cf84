import { addressLength, ipAddressFromBytes, type IpFamily } from "#base/ip-address.ts";
import { readS32, readU32, readU8 } from "netlink/dist/structs.js";
import { type Attributes, readAttributes, readString } from "./attributes.ts";
import { addressAttribute, family, lifetimeForever } from "./constants.ts";
import type { InterfaceAddress } from "../types.ts";

/** struct ifaddrmsg: family, prefix length, flags, scope, index. */
const headerLength = 8;

/** Undefined for other families than IPv4 and IPv6. */
export function parseAddress(payload: Buffer): InterfaceAddress | undefined {
  const ipFamily = readFamily(payload);
  if (ipFamily === undefined) return undefined;
  const attributes = readAttributes(payload, headerLength);
  // IFA_ADDRESS is the other end's on point-to-point links (<linux/if_addr.h>).
  const address =
    attributes.get(addressAttribute.local) ?? attributes.get(addressAttribute.address);
  if (address?.length !== addressLength[ipFamily]) return undefined;
  const flags = attributes.get(addressAttribute.flags);
  const label = attributes.get(addressAttribute.label);
  return {
    interfaceIndex: readS32.call(payload, 4),
    address: ipAddressFromBytes(address, 0, ipFamily),
    prefixLength: readU8.call(payload, 1),
    scope: readU8.call(payload, 3),
    // The byte in the header holds only the lower eight flags.
    flags: flags === undefined ? readU8.call(payload, 2) : readU32.call(flags),
    label: label === undefined ? "" : readString(label),
    protocol: attributes.get(addressAttribute.protocol)?.[0] ?? 0,
    validLifetime: readValidLifetime(attributes),
  };
}

function readFamily(payload: Buffer): IpFamily | undefined {
  const number = readU8.call(payload, 0);
  if (number === family.ipv4) return "ipv4";
  return number === family.ipv6 ? "ipv6" : undefined;
}

/** struct ifa_cacheinfo: preferred and valid lifetime, times of creation and of the last change. */
function readValidLifetime(attributes: Attributes): number | undefined {
  const cacheInfo = attributes.get(addressAttribute.cacheInfo);
  if (cacheInfo === undefined) return undefined;
  const seconds = readU32.call(cacheInfo, 4);
  return seconds === lifetimeForever ? undefined : seconds;
}
