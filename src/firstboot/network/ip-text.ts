import { parseIpAddress } from "#base/ip-address.ts";

/** An IPv4 or IPv6 address as networkd takes it, with the length of its prefix. */
export interface IpPrefix {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefixLength: number;
}

export function ipFamily(text: string): 4 | 6 | undefined {
  if (text.includes(":")) return isIpv6(text) ? 6 : undefined;
  return parseIpAddress(text) === undefined ? undefined : 4;
}

/** The parser of URLs knows every form of RFC 4291, 2.2. */
function isIpv6(text: string): boolean {
  return /^[0-9A-Fa-f:.]{2,45}$/.test(text) && URL.canParse(`http://[${text}]/`);
}

/** Reads `address/length`, and `address/netmask` of IPv4; without a length it is the whole address. */
export function parseIpPrefix(text: string): IpPrefix | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const family = ipFamily(address);
  if (family === undefined || rest.length > 0) return undefined;
  const prefixLength = length === undefined ? fullLength(family) : parseLength(length, family);
  return prefixLength === undefined ? undefined : { family, address, prefixLength };
}

export function fullLength(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** The length as a number, or for IPv4 as a netmask such as 255.255.255.0. */
export function parseLength(text: string, family: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(text)) {
    return Number(text) <= fullLength(family) ? Number(text) : undefined;
  }
  const mask = family === 4 && ipFamily(text) === 4 ? toBits(text, 4) : undefined;
  return mask !== undefined && /^1*0*$/.test(mask) ? mask.replaceAll("0", "").length : undefined;
}

export function formatIpPrefix({ address, prefixLength }: IpPrefix): string {
  return `${address}/${prefixLength}`;
}

export function containsAddress(prefix: IpPrefix, address: string): boolean {
  if (ipFamily(address) !== prefix.family) return false;
  const [network, host] = [prefix.address, address].map((each) => toBits(each, prefix.family));
  return network?.slice(0, prefix.prefixLength) === host?.slice(0, prefix.prefixLength);
}

function toBits(address: string, family: 4 | 6): string {
  const [parts, width] =
    family === 4 ? [address.split(".").map(Number), 8] : [expandIpv6(address), 16];
  return parts.map((part) => part.toString(2).padStart(width, "0")).join("");
}

/** The eight groups of an address that `isIpv6` accepts; the URL has the shortest form of it. */
function expandIpv6(address: string): number[] {
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = [], tail = []] = short
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
