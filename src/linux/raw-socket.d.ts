/** The part of raw-socket 1.8.1 that we use; the package brings no types. */
declare module "raw-socket" {
  import type { EventEmitter } from "node:events";

  interface SocketWrap {
    /** Synchronous; throws when the system call fails. */
    send(
      buffer: Uint8Array,
      offset: number,
      length: number,
      address: string,
      sent: (bytes: number) => void,
    ): void;
    /** Synchronous; `false` when nothing is there. Throws when the system call fails. */
    recv(
      buffer: Uint8Array,
      received: (buffer: Uint8Array, bytes: number) => void,
    ): SocketWrap | false;
  }

  interface SocketEvents {
    message: [packet: Buffer, source: string];
    error: [error: Error];
    close: [];
  }

  export interface Socket extends EventEmitter<SocketEvents> {
    readonly wrap: SocketWrap;
    /** Both forms throw when the system call fails. */
    setOption(level: number, option: number, value: number): void;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    close(): this;
  }

  export const AddressFamily: { readonly IPv4: number; readonly IPv6: number };

  export function createSocket(options: {
    addressFamily: number;
    protocol: number;
    bufferSize: number;
  }): Socket;
}
