import { ipAddressToNumber, parseIpAddress } from "#base/ip-address.ts";
import type { AddressPrefix } from "#base/ip-address.ts";

/** Reads `a.b.c.d` (as /32) or `a.b.c.d/len`, if a host can own that address. */
export function parseAddressPrefix(text: string): AddressPrefix | undefined {
  const [host = "", length = "32", ...rest] = text.split("/");
  const address = parseIpAddress(host);
  if (address === undefined || rest.length > 0 || !/^([1-9]|[12]\d|3[0-2])$/.test(length)) {
    return undefined;
  }
  const prefix = { address, prefixLength: Number(length) };
  return isUnicast(prefix) && !isNetworkOrBroadcast(prefix) ? prefix : undefined;
}

/** Not "this network", loopback, multicast or reserved (RFC 6890, 2.2.2). */
function isUnicast({ address }: AddressPrefix): boolean {
  const first = Math.floor(ipAddressToNumber(address) / 2 ** 24);
  return first !== 0 && first !== 127 && first < 224;
}

/** The first and last address of a subnet, except in /31 (RFC 3021) and /32. */
function isNetworkOrBroadcast({ address, prefixLength }: AddressPrefix): boolean {
  if (prefixLength > 30) return false;
  const size = 2 ** (32 - prefixLength);
  const host = ipAddressToNumber(address) % size;
  return host === 0 || host === size - 1;
}
