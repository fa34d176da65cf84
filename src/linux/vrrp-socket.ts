import type { IpFamily } from "#base/ip-address.ts";
import { openIpv4Socket } from "./vrrp-socket-ipv4.ts";
import { openIpv6Socket } from "./vrrp-socket-ipv6.ts";
import type { VrrpSocket, VrrpSocketOptions } from "./vrrp-socket-types.ts";

/**
 * Opens a raw socket for VRRP over one family on one interface. It needs no route to the group: the
 * interface is given. It survives that the interface goes down and up. Throws SystemError.
 */
export function openVrrpSocket({
  family,
  ...options
}: VrrpSocketOptions & { readonly family: IpFamily }): VrrpSocket {
  return family === "ipv4" ? openIpv4Socket(options) : openIpv6Socket(options);
}
