import type { SystemError } from "./system-error.ts";

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
