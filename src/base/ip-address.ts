import { formatIpv6, parseIpv6 } from "./ipv6-text.ts";

/**
 * An IPv4 address in dotted decimal without leading zeros, or an IPv6 address as RFC 5952 writes
 * it: two equal addresses are equal strings.
 */
export type IpAddress = string & { readonly __kind: "ip" };

export type IpFamily = "ipv4" | "ipv6";

/** An address with the length of its prefix (0 to 32 or 128), as on an interface. */
export interface AddressPrefix {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** Bytes of an address. */
export const addressLength = { ipv4: 4, ipv6: 16 } as const;

const decimalByte = /^(0|[1-9][0-9]{0,2})$/;

/**
 * Reads an address of either family. Refused are an IPv4-mapped one (RFC 4291, 2.5.5.2), which
 * would be a second name of an IPv4 address, and a zone as in "fe80::1%eth0" (RFC 4007, 11): the
 * interface is said apart from the address everywhere.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(":")) return isIpv4(text) ? (text as IpAddress) : undefined;
  const groups = parseIpv6(text);
  if (groups === undefined || isIpv4Mapped(groups)) return undefined;
  return formatIpv6(groups) as IpAddress;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => decimalByte.test(part) && Number(part) <= 255);
}

function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

export function familyOf(address: IpAddress): IpFamily {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/** fe80::/10 (RFC 4291, 2.5.6): every IPv6 interface has such an address of its own. */
export function isIpv6LinkLocal(address: IpAddress): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}

/** The IPv4 address of an unsigned number in network order. */
export function ipAddressFromNumber(value: number): IpAddress {
  const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return bytes.join(".") as IpAddress;
}

export function ipAddressToBytes(address: IpAddress): Uint8Array {
  if (familyOf(address) === "ipv4") return ipv4ToBytes(address);
  const groups = parseIpv6(address) ?? [];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
}

/** Several times for each packet: without a string or an array on the way. */
function ipv4ToBytes(address: IpAddress): Uint8Array {
  const bytes = new Uint8Array(4);
  let place = 0;
  for (let index = 0; index < address.length; index++) {
    const digit = address.charCodeAt(index) - 48;
    if (digit < 0) place++;
    else bytes[place] = 10 * (bytes[place] ?? 0) + digit;
  }
  return bytes;
}

/** Reads the bytes of an address at `offset`; the caller has checked that they are there. */
export function ipAddressFromBytes(
  bytes: Uint8Array,
  offset = 0,
  family: IpFamily = "ipv4",
): IpAddress {
  if (family === "ipv4") {
    const [first, second] = [bytes[offset], bytes[offset + 1]];
    return `${first}.${second}.${bytes[offset + 2]}.${bytes[offset + 3]}` as IpAddress;
  }
  const groups = Array.from({ length: 8 }, (_, index) => {
    const place = offset + 2 * index;
    return ((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0);
  });
  return formatIpv6(groups) as IpAddress;
}

/**
 * Negative, zero or positive as `left` is below, equal to or above `right`, both taken as unsigned
 * numbers in network order (RFC 9568, 6.4.3). Every IPv4 address is below every IPv6 address.
 */
export function compareIpAddresses(left: IpAddress, right: IpAddress): number {
  const [ours, theirs] = [ipAddressToBytes(left), ipAddressToBytes(right)];
  if (ours.length !== theirs.length) return ours.length - theirs.length;
  const place = ours.findIndex((byte, index) => byte !== theirs[index]);
  return (ours[place] ?? 0) - (theirs[place] ?? 0);
}

/** A byte for each of the address, with ones where the prefix is. */
export function prefixMask({ address, prefixLength }: AddressPrefix): Uint8Array {
  return Uint8Array.from({ length: addressLength[familyOf(address)] }, (_, index) => {
    const ones = Math.min(Math.max(prefixLength - 8 * index, 0), 8);
    return 0xff00 >> ones;
  });
}

export function prefixContains(prefix: AddressPrefix, address: IpAddress): boolean {
  if (familyOf(prefix.address) !== familyOf(address)) return false;
  const [network, other] = [ipAddressToBytes(prefix.address), ipAddressToBytes(address)];
  return prefixMask(prefix).every(
    (mask, index) => (((network[index] ?? 0) ^ (other[index] ?? 0)) & mask) === 0,
  );
}

/** The length of the prefix that holds this address alone. */
export function hostPrefixLength(address: IpAddress): 32 | 128 {
  return familyOf(address) === "ipv4" ? 32 : 128;
}

export function formatAddressPrefix(prefix: AddressPrefix): string {
  return `${prefix.address}/${prefix.prefixLength}`;
}
