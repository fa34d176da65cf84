import type { IpFamily } from "#base/ip-address.ts";
import type { SystemError } from "./system-error.ts";
import { openIpv4Socket } from "./vrrp-socket-ipv4.ts";
import { openIpv6Socket } from "./vrrp-socket-ipv6.ts";

export interface VrrpSocketOptions {
  /** For messages. */
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  /** A whole IP packet of protocol 112 that arrived on the interface; nobody has checked it. */
  readonly onPacket: (packet: Uint8Array) => void;
  /** Receiving failed: close the socket and open a new one. */
  readonly onError: (error: SystemError) => void;
}

export interface VrrpSocket {
  /**
   * Sends a whole IP packet of the family at once or not at all; nothing is queued. Answers 0, or
   * -errno: -ENETUNREACH and -ENETDOWN while the interface is down, -ENOBUFS, -EPERM by a packet
   * filter, -EBADF once closed. When the interface was removed a new socket is needed.
   */
  send(packet: Uint8Array): number;
  /** No callback comes after this. Closing twice is allowed. */
  close(): void;
}

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
