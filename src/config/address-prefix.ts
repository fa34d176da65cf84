import {
  familyOf,
  hostPrefixLength,
  ipAddressToBytes,
  parseIpAddress,
  prefixMask,
} from "#base/ip-address.ts";
import type { AddressPrefix } from "#base/ip-address.ts";

/**
 * Reads an address of either family, alone (as /32 or /128) or with the length of its prefix, if a
 * host can own that address.
 */
export function parseAddressPrefix(text: string): AddressPrefix | undefined {
  const [host = "", length, ...rest] = text.split("/");
  const address = parseIpAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const longest = hostPrefixLength(address);
  const prefixLength = length === undefined ? longest : readLength(length);
  if (prefixLength < 1 || prefixLength > longest) return undefined;
  const prefix = { address, prefixLength };
  return isUnicast(prefix) && !isReservedInPrefix(prefix) ? prefix : undefined;
}

/** Reads a network of either family: no bit is set after its prefix, which is the longest if not given. */
export function parseNetwork(text: string): AddressPrefix | undefined {
  const [network = "", length, ...rest] = text.split("/");
  const address = parseIpAddress(network);
  if (address === undefined || rest.length > 0) return undefined;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const longest = hostPrefixLength(address);
  const prefix = { address, prefixLength: Number(length ?? longest) };
  if (prefix.prefixLength > longest) return undefined;
  const bytes = ipAddressToBytes(address);
  const isNetwork = prefixMask(prefix).every((mask, index) => ((bytes[index] ?? 0) & ~mask) === 0);
  return isNetwork ? prefix : undefined;
}

/** 0, which no host has, for what is no number without leading zeros. */
function readLength(text: string): number {
  return /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
}

/**
 * Not "this network", loopback, multicast or reserved: RFC 6890, 2.2.2 for IPv4; for IPv6 the first
 * /96, in which are ::, ::1 and the IPv4-compatible addresses (RFC 4291, 2.5), and ff00::/8.
 */
function isUnicast({ address }: AddressPrefix): boolean {
  const bytes = ipAddressToBytes(address);
  const first = bytes[0] ?? 0;
  if (familyOf(address) === "ipv4") return first !== 0 && first !== 127 && first < 224;
  return first !== 0xff && bytes.subarray(0, 12).some((byte) => byte !== 0);
}

/**
 * The first and the last address of an IPv4 subnet, except in /31 (RFC 3021) and /32; the first of
 * an IPv6 subnet, which is the anycast address of its routers (RFC 4291, 2.6.1), except in /127
 * (RFC 6164) and /128.
 */
function isReservedInPrefix(prefix: AddressPrefix): boolean {
  const { address, prefixLength } = prefix;
  if (prefixLength > hostPrefixLength(address) - 2) return false;
  const bytes = ipAddressToBytes(address);
  const hostMask = prefixMask(prefix).map((mask) => ~mask);
  const isFirst = hostMask.every((mask, index) => ((bytes[index] ?? 0) & mask) === 0);
  const isLast = hostMask.every((mask, index) => ((bytes[index] ?? 0) & mask) === mask);
  return isFirst || (isLast && familyOf(address) === "ipv4");
}
