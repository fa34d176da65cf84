import { constants } from "node:os";
import { AddressFamily, createSocket, type Socket } from "raw-socket";
import { type IpAddress, ipAddressFromBytes, ipAddressToBytes } from "#base/ip-address.ts";
import { vrrpGroup4, vrrpProtocol } from "#vrrp/constants.ts";
import { errnoOf, systemErrorFrom } from "./system-error.ts";
import type { VrrpSocket, VrrpSocketOptions } from "./vrrp-socket-types.ts";

/** Linux, asm-generic/socket.h and linux/in.h. */
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_PRIORITY = 12;
const SO_BINDTOIFINDEX = 62;
const IPPROTO_IP = 0;
const IP_HDRINCL = 3;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;
const IP_MULTICAST_ALL = 49;

const { EBADF } = constants.errno;

/** The largest packet, 255 addresses with authentication, has 1056 bytes. */
const packetBufferSize = 2048;

/** Bounds what a flood can make us store, while the event loop is busy. */
const receiveBufferSize = 128 * 1024;

/** More than the kernel stores: it counts at least 768 bytes for each against the buffer's limit. */
const mostEarlyPackets = 512;

/** TC_PRIO_CONTROL: goes out before other traffic where the queue knows priorities (tc-prio(8)). */
const controlPriority = 7;

/**
 * `openVrrpSocket` for IPv4. The kernel fills in the header's checksum and identification (raw(7)).
 * A removed interface is -ENODEV.
 */
export function openIpv4Socket(options: VrrpSocketOptions): VrrpSocket {
  const task = `speak VRRP on ${options.interfaceName}`;
  let socket: Socket;
  try {
    socket = createSocket({
      addressFamily: AddressFamily.IPv4,
      protocol: vrrpProtocol,
      bufferSize: packetBufferSize,
    });
  } catch (error) {
    throw systemErrorFrom(task, error);
  }
  try {
    configure(socket, options.interfaceIndex);
  } catch (error) {
    socket.close();
    throw systemErrorFrom(task, error);
  }
  return connect(socket, options);
}

function configure(socket: Socket, interfaceIndex: number): void {
  const membership = multicastRequest(vrrpGroup4, interfaceIndex);
  socket.setOption(SOL_SOCKET, SO_BINDTOIFINDEX, interfaceIndex);
  socket.setOption(SOL_SOCKET, SO_RCVBUF, receiveBufferSize);
  socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority);
  socket.setOption(IPPROTO_IP, IP_HDRINCL, 1);
  socket.setOption(IPPROTO_IP, IP_MULTICAST_ALL, 0);
  socket.setOption(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  socket.setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, membership.length);
  socket.setOption(IPPROTO_IP, IP_MULTICAST_IF, membership, membership.length);
  discardEarlyPackets(socket);
}

/** struct ip_mreqn (ip(7)): the group, no local address, the interface in host byte order. */
function multicastRequest(group: IpAddress, interfaceIndex: number): Buffer {
  const index = new Uint8Array(Int32Array.of(interfaceIndex).buffer);
  return Buffer.concat([ipAddressToBytes(group), new Uint8Array(4), index]);
}

/** What came between socket(2) and the binding may be from another interface. */
function discardEarlyPackets(socket: Socket): void {
  const buffer = Buffer.alloc(packetBufferSize);
  for (let count = 0; count < mostEarlyPackets; count++) {
    if (socket.wrap.recv(buffer, () => {}) === false) return;
  }
}

function connect(socket: Socket, options: VrrpSocketOptions): VrrpSocket {
  let open = true;

  socket.on("message", (packet) => {
    const copy = new Uint8Array(packet); // the package reads every packet into one buffer
    // Out of the package's `try`, which would report a fault of the listener as one of the socket.
    queueMicrotask(() => {
      if (open) options.onPacket(copy);
    });
  });
  socket.on("error", (error) => {
    if (open) options.onError(systemErrorFrom(`receive VRRP on ${options.interfaceName}`, error));
  });

  return {
    // A closed socket of the package would quietly open itself again to send.
    send: (packet) => (open ? sendNow(socket, packet) : -EBADF),
    close: () => {
      open = false;
      socket.close();
    },
  };
}

/** The package's own `send` waits in a queue until the socket is writable; its binding does not. */
function sendNow(socket: Socket, packet: Uint8Array): number {
  const destination = ipAddressFromBytes(packet, 16);
  try {
    socket.wrap.send(packet, 0, packet.length, destination, () => {});
    return 0;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error; // not the system's refusal: a mistake of ours
    return errno;
  }
}
