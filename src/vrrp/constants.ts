import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import { centiseconds, centisecondsToMilliseconds } from "#base/time.ts";

/** IP protocol number of VRRP (RFC 9568, 5.1.1.4). */
export const vrrpProtocol = 112;

/** All VRRP Routers, IPv4 (RFC 9568, 5.1.1.2). */
export const vrrpGroup4 = "224.0.0.18" as IpAddress;

/** All VRRP Routers, IPv6 (RFC 9568, 5.1.2.2). */
export const vrrpGroup6 = "ff02::12" as IpAddress;

/** To where an Advertisement is sent. */
export const vrrpGroup = { ipv4: vrrpGroup4, ipv6: vrrpGroup6 } as const satisfies Record<
  IpFamily,
  IpAddress
>;

export function isVrrpGroup(address: IpAddress): boolean {
  return address === vrrpGroup4 || address === vrrpGroup6;
}

/**
 * Every VRRP packet carries it as Time to Live or Hop Limit; less means that the packet was routed
 * (RFC 9568, 5.1.1.3 and 5.1.2.3).
 */
export const vrrpTimeToLive = 255;

/** The only packet type (RFC 9568, 5.2.2). */
export const advertisementType = 1;

/** "The Active Router stops taking part" (RFC 9568, 5.2.4). */
export const priorityZero = 0;

/** The priority of the router whose own addresses they are (RFC 9568, 5.2.4). */
export const ownerPriority = 255;

/** The shortest Advertisement_Interval of version 3 (RFC 9568, 5.2.7). */
export const shortestInterval = centisecondsToMilliseconds(centiseconds(1));
