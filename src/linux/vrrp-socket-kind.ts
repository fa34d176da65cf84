import type { Socket } from "raw-socket";
import type { IpFamily } from "#base/ip-address.ts";

/** In what the raw sockets of the two families differ. */
export interface VrrpSocketKind {
  readonly family: IpFamily;
  /** As the package numbers them. */
  readonly addressFamily: number;
  /** Where the destination stands in the IP header. */
  readonly destinationOffset: number;
  /** Room for the largest packet that is handed over. */
  readonly bufferSize: number;
  /** Throws what setsockopt(2) says. */
  configure(socket: Socket, interfaceIndex: number): void;
  /** A packet that is larger than the interface takes, in parts; none where that is not done. */
  split(packet: Uint8Array): readonly Uint8Array[];
  /** The whole packet out of what the kernel handed over; a copy. Undefined for what is no packet. */
  toPacket(bytes: Uint8Array, source: string): Uint8Array | undefined;
}
