import { type IpAddress, type IpFamily, ipAddressFromNumber } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { ip } from "../vrrp-fixtures.ts";

/** Where a router has a leg: on a segment, in a family. */
export interface Place {
  readonly family: IpFamily;
  readonly segment: number;
}

/**
 * The names and numbers of a simulated LAN: segment s is 10.s.0.0/16 and fe80::<s + 1>:0/112, and
 * eth<s> on every host. Of two hosts the later one has the higher address.
 */
export function interfaceName(segment: number): string {
  return `eth${segment}`;
}

export const trackedInterface = "uplink";

export function ownAddress({ family, segment }: Place, host: number): IpAddress {
  if (family === "ipv6") return ip(`fe80::${segment + 1}:${10 + host}`);
  return ipAddressFromNumber((10 << 24) + (segment << 16) + 10 + host);
}

/** Two for each router at each place; of IPv6 the first is link-local. */
export function virtualAddresses({ family, segment }: Place, router: number): IpAddress[] {
  if (family === "ipv6") {
    return [ip(`fe80::${segment + 1}:${100 + router}`), ip(`2001:db8:${segment}::${100 + router}`)];
  }
  const first = (10 << 24) + (segment << 16) + (1 << 8) + 2 * router;
  return [ipAddressFromNumber(first), ipAddressFromNumber(first + 1)];
}

export function macAddress(segment: number, host: number): MacAddress {
  return `02:00:00:00:0${segment}:0${host}` as MacAddress;
}

export function routerName(router: number): string {
  return `web${router + 1}`;
}

export function vridOf(router: number): number {
  return 51 + router;
}
