import { ipAddressFromNumber, type IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";

/** The names and numbers of a simulated LAN: segment s is 10.s.0.0/16, and eth<s> on every host. */
export function interfaceName(segment: number): string {
  return `eth${segment}`;
}

export const trackedInterface = "uplink";

export function ownAddress(segment: number, host: number): IpAddress {
  return ipAddressFromNumber((10 << 24) + (segment << 16) + 10 + host);
}

/** Two for each router on each segment. */
export function virtualAddresses(segment: number, router: number): IpAddress[] {
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
