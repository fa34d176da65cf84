import { constants } from "node:os";
import { createSocket, type Socket } from "raw-socket";
import { ipAddressFromBytes, type IpFamily } from "#base/ip-address.ts";
import { vrrpProtocol } from "#vrrp/constants.ts";
import { errnoOf, type SystemError, systemErrorFrom } from "./system-error.ts";
import { ipv4Kind } from "./vrrp-socket-ipv4.ts";
import { ipv6Kind } from "./vrrp-socket-ipv6.ts";
import type { VrrpSocketKind } from "./vrrp-socket-kind.ts";

export interface VrrpSocketOptions {
  readonly family: IpFamily;
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
   * -errno: -ENETUNREACH and -ENETDOWN while the interface is down, -ENODEV (IPv6:
   * -ENETUNREACH) when it was removed (then a new socket is needed), -ENOBUFS, -EPERM by a packet filter, -EBADF once closed.
   */
  send(packet: Uint8Array): number;
  /** No callback comes after this. Closing twice is allowed. */
  close(): void;
}

/** Linux, asm-generic/socket.h. */
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_PRIORITY = 12;
const SO_BINDTOIFINDEX = 62;

const { EAGAIN, EBADF, EMSGSIZE } = constants.errno;

const kinds = { ipv4: ipv4Kind, ipv6: ipv6Kind } as const;

/** Bounds what a flood can make us store, while the event loop is busy. */
const receiveBufferSize = 128 * 1024;

/** More than the kernel stores: it counts at least 768 bytes for each against the buffer's limit. */
const mostEarlyPackets = 512;

/** TC_PRIO_CONTROL: goes out before other traffic where the queue knows priorities (tc-prio(8)). */
const controlPriority = 7;

/**
 * Opens a raw socket for VRRP over one family on one interface. It needs no route to the group: the
 * interface is given. It survives that the interface goes down and up. Throws SystemError.
 */
export function openVrrpSocket(options: VrrpSocketOptions): VrrpSocket {
  const task = `speak VRRP on ${options.interfaceName}`;
  const kind = kinds[options.family];
  const { addressFamily, bufferSize } = kind;
  let socket: Socket;
  try {
    socket = createSocket({ addressFamily, protocol: vrrpProtocol, bufferSize });
  } catch (error) {
    throw systemErrorFrom(task, error);
  }
  try {
    configure(socket, kind, options.interfaceIndex);
  } catch (error) {
    socket.close();
    throw systemErrorFrom(task, error);
  }
  return connect(socket, kind, options);
}

function configure(socket: Socket, kind: VrrpSocketKind, interfaceIndex: number): void {
  socket.setOption(SOL_SOCKET, SO_BINDTOIFINDEX, interfaceIndex);
  socket.setOption(SOL_SOCKET, SO_RCVBUF, receiveBufferSize);
  socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority);
  kind.configure(socket, interfaceIndex);
  discardEarlyPackets(socket);
}

/** What came between socket(2) and the binding may be from another interface, and unfiltered. */
function discardEarlyPackets(socket: Socket): void {
  const buffer = Buffer.alloc(1);
  try {
    for (let count = 0; count < mostEarlyPackets; count++) socket.wrap.recv(buffer, () => {});
  } catch (error) {
    if (errnoOf(error) !== -EAGAIN) throw error;
  }
}

function connect(socket: Socket, kind: VrrpSocketKind, options: VrrpSocketOptions): VrrpSocket {
  let open = true;

  socket.on("message", (bytes, source) => {
    const packet = kind.toPacket(bytes, source); // a copy: the package reads all into one buffer
    if (packet === undefined) return;
    // Out of the package's `try`, which would report a fault of the listener as one of the socket.
    queueMicrotask(() => {
      if (open) options.onPacket(packet);
    });
  });
  socket.on("error", (error) => {
    if (!open || errnoOf(error) === -EAGAIN) return;
    options.onError(systemErrorFrom(`receive VRRP on ${options.interfaceName}`, error));
  });

  return {
    // A closed socket of the package would quietly open itself again to send.
    send: (packet) => (open ? sendNow(socket, kind, packet) : -EBADF),
    close: () => {
      open = false;
      socket.close();
    },
  };
}

/** The package's own `send` waits in a queue until the socket is writable; its binding does not. */
function sendNow(socket: Socket, kind: VrrpSocketKind, packet: Uint8Array): number {
  const result = sendWhole(socket, kind, packet);
  if (result !== -EMSGSIZE) return result;
  const parts = kind.split(packet).map((part) => sendWhole(socket, kind, part));
  return parts.length === 0 ? result : Math.min(...parts);
}

function sendWhole(socket: Socket, kind: VrrpSocketKind, packet: Uint8Array): number {
  const destination = ipAddressFromBytes(packet, kind.destinationOffset, kind.family);
  try {
    socket.wrap.send(packet, 0, packet.length, destination, () => {});
    return 0;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error; // not the system's refusal: a mistake of ours
    return errno;
  }
}
