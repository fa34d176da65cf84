import { gatepairNative } from "./native.ts";
import { assemble, type Program } from "./socket-filter/program.ts";
import { type SystemError, systemErrorFrom, systemErrorFromErrno } from "./system-error.ts";

export interface PacketSocketOptions {
  readonly interfaceIndex: number;
  /** The only protocol that is received, for example 0x0806 for ARP. */
  readonly etherType: number;
  /** Which frames of it; the others never wake this process. */
  readonly filter: Program;
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
  /** Another filter from now on. Answers 0, or -errno (-EBADF once closed). */
  filter(program: Program): number;
  /** No callback comes after this. Closing twice is allowed. */
  close(): void;
}

/** Opens an AF_PACKET socket (packet(7)) on one interface. Throws SystemError. */
export function openPacketSocket(options: PacketSocketOptions): PacketSocket {
  const { interfaceIndex, etherType, filter, onFrame, onError } = options;
  const native = gatepairNative();
  const where = `interface ${interfaceIndex}`;

  function receive(frameOrErrno: Uint8Array | number): void {
    if (typeof frameOrErrno !== "number") onFrame(frameOrErrno);
    else onError(systemErrorFromErrno(`receive frames on ${where}`, frameOrErrno));
  }

  try {
    const program = assemble(filter);
    const handle = native.openPacketSocket(interfaceIndex, etherType, program, receive);
    return {
      send: (frame) => native.sendFrame(handle, frame),
      filter: (next) => native.filterFrames(handle, assemble(next)),
      close: () => native.closeHandle(handle),
    };
  } catch (error) {
    throw systemErrorFrom(`open a packet socket on ${where}`, error);
  }
}
