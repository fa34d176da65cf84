import { gatepairNative } from "./native.ts";
import { type SystemError, systemErrorFrom, systemErrorFromErrno } from "./system-error.ts";

export interface PacketSocketOptions {
  readonly interfaceIndex: number;
  /** The only protocol that is received, for example 0x0806 for ARP. */
  readonly etherType: number;
  /** A whole frame with its Ethernet header, cut off at 2048 bytes. */
  readonly onFrame: (frame: Uint8Array) => void;
  /**
   * Receiving failed. ENETDOWN: the interface went down. The socket stays open and works again
   * when the interface is up; when the interface was removed, close it and open a new one.
   */
  readonly onError: (error: SystemError) => void;
}

export interface PacketSocket {
  /** Sends a whole frame at once or not at all. Answers 0, or -errno (-EBADF once closed). */
  send(frame: Uint8Array): number;
  /** No callback comes after this. Closing twice is allowed. */
  close(): void;
}

/** Opens an AF_PACKET socket (packet(7)) on one interface. Throws SystemError. */
export function openPacketSocket(options: PacketSocketOptions): PacketSocket {
  const { interfaceIndex, etherType, onFrame, onError } = options;
  const native = gatepairNative();
  const where = `interface ${interfaceIndex}`;

  function receive(frameOrErrno: Uint8Array | number): void {
    if (typeof frameOrErrno !== "number") onFrame(frameOrErrno);
    else onError(systemErrorFromErrno(`receive frames on ${where}`, frameOrErrno));
  }

  try {
    const handle = native.openPacketSocket(interfaceIndex, etherType, receive);
    return {
      send: (frame) => native.sendFrame(handle, frame),
      close: () => native.closeHandle(handle),
    };
  } catch (error) {
    throw systemErrorFrom(`open a packet socket on ${where}`, error);
  }
}
