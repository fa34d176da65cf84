import { AddressFamily, type Socket } from "raw-socket";
import { type IpAddress, ipAddressToBytes } from "#base/ip-address.ts";
import { vrrpGroup4 } from "#vrrp/constants.ts";
import type { VrrpSocketKind } from "./vrrp-socket-kind.ts";

/** Linux, linux/in.h. */
const IPPROTO_IP = 0;
const IP_HDRINCL = 3;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;
const IP_MULTICAST_ALL = 49;

export const ipv4Kind: VrrpSocketKind = {
  family: "ipv4",
  addressFamily: AddressFamily.IPv4,
  destinationOffset: 16,
  // 255 addresses with authentication: 1056 bytes, and options may come before them.
  bufferSize: 2048,
  configure(socket: Socket, interfaceIndex: number): void {
    const membership = multicastRequest(vrrpGroup4, interfaceIndex);
    // The kernel fills in the header's checksum and identification (raw(7)).
    socket.setOption(IPPROTO_IP, IP_HDRINCL, 1);
    socket.setOption(IPPROTO_IP, IP_MULTICAST_ALL, 0);
    socket.setOption(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    socket.setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, membership.length);
    socket.setOption(IPPROTO_IP, IP_MULTICAST_IF, membership, membership.length);
  },
  /** The largest fits into every frame. */
  split: () => [],
  /** The kernel hands over the packet with its header. */
  toPacket: (bytes) => new Uint8Array(bytes),
};

/** struct ip_mreqn (ip(7)): the group, no local address, the interface in host byte order. */
function multicastRequest(group: IpAddress, interfaceIndex: number): Buffer {
  const index = new Uint8Array(Int32Array.of(interfaceIndex).buffer);
  return Buffer.concat([ipAddressToBytes(group), new Uint8Array(4), index]);
}
