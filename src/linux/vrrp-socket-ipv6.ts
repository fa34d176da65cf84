import { AddressFamily, type Socket } from "raw-socket";
import { ipAddressToBytes, parseIpAddress } from "#base/ip-address.ts";
import { vrrpGroup6, vrrpProtocol, vrrpTimeToLive } from "#vrrp/constants.ts";
import { encodeIpv6Packet, fragmentIpv6Packet } from "#vrrp/ipv6-packet.ts";
import { gatepairNative } from "./native.ts";
import { assemble } from "./socket-filter/program.ts";
import { refusedLength, vrrpFilter } from "./socket-filter/vrrp-filter.ts";
import type { VrrpSocketKind } from "./vrrp-socket-kind.ts";

/** Linux, asm-generic/socket.h and linux/in6.h. */
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const IPPROTO_IPV6 = 41;
const IPV6_MULTICAST_IF = 17;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;
const IPV6_MULTICAST_ALL = 29;
const IPV6_HDRINCL = 36;

/** struct sock_fprog on 64 bits. */
const filterStructureLength = 16;

/** Of a packet that the filter cut down no more is known than that its Hop Limit is not 255. */
const unknownHopLimit = 0;

let fragmented = 0;

export const ipv6Kind: VrrpSocketKind = {
  family: "ipv6",
  addressFamily: AddressFamily.IPv6,
  destinationOffset: 24,
  // 255 addresses: 4088 bytes.
  bufferSize: 8192,
  configure(socket: Socket, interfaceIndex: number): void {
    const filter = gatepairNative().socketFilter(assemble(vrrpFilter()));
    const membership = multicastRequest(interfaceIndex);
    socket.setOption(SOL_SOCKET, SO_ATTACH_FILTER, filter, filterStructureLength);
    // With the header of our own (raw(7)): the source is said, and no checksum is computed for us.
    socket.setOption(IPPROTO_IPV6, IPV6_HDRINCL, 1);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, vrrpTimeToLive);
    socket.setOption(IPPROTO_IPV6, IPV6_JOIN_GROUP, membership, membership.length);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_IF, interfaceIndex);
  },
  split: (packet) => fragmentIpv6Packet(packet, fragmented++),
  /**
   * The kernel hands over what follows the IPv6 header. The header is built again, out of what the
   * filter has made certain, so that a packet looks the same wherever it comes from.
   */
  toPacket(bytes, source) {
    const address = parseIpAddress(source);
    if (address === undefined) return undefined;
    const ttl = bytes.length <= refusedLength ? unknownHopLimit : vrrpTimeToLive;
    const endpoints = { source: address, destination: vrrpGroup6 };
    return encodeIpv6Packet({ ...endpoints, ttl, protocol: vrrpProtocol, payload: bytes });
  },
};

/** struct ipv6_mreq (ipv6(7)): the group, and the interface in host byte order. */
function multicastRequest(interfaceIndex: number): Buffer {
  const index = new Uint8Array(Int32Array.of(interfaceIndex).buffer);
  return Buffer.concat([ipAddressToBytes(vrrpGroup6), index]);
}
