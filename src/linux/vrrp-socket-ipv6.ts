import { constants } from "node:os";
import { ipAddressToBytes } from "#base/ip-address.ts";
import { vrrpGroup6, vrrpProtocol } from "#vrrp/constants.ts";
import { fragmentIpv6Packet } from "#vrrp/packets/ipv6-packet.ts";
import { gatepairNative } from "./native.ts";
import { assemble } from "./socket-filter/program.ts";
import { vrrpFilter } from "./socket-filter/vrrp-filter.ts";
import { systemErrorFrom, systemErrorFromErrno } from "./system-error.ts";
import type { VrrpSocket, VrrpSocketOptions } from "./vrrp-socket-types.ts";

const { EMSGSIZE } = constants.errno;

/** Another one for each packet that is sent in fragments. */
let identification = 0;

/**
 * `openVrrpSocket` for IPv6. (The package that is used for IPv4 cannot tell the Hop Limit and the
 * destination of a packet.) The header is ours, so no checksum is computed for us, and what does not
 * fit into a frame is sent in fragments. A removed interface is -ENETUNREACH.
 */
export function openIpv6Socket(options: VrrpSocketOptions): VrrpSocket {
  const { interfaceName, interfaceIndex, onPacket, onError } = options;
  const native = gatepairNative();

  function receive(packetOrErrno: Uint8Array | number): void {
    if (typeof packetOrErrno !== "number") onPacket(packetOrErrno);
    else onError(systemErrorFromErrno(`receive VRRP on ${interfaceName}`, packetOrErrno));
  }

  try {
    const [group, filter] = [ipAddressToBytes(vrrpGroup6), assemble(vrrpFilter())];
    const handle = native.openRawIpv6(interfaceIndex, vrrpProtocol, group, filter, receive);
    const sendWhole = (packet: Uint8Array) => native.sendRawIpv6(handle, packet);
    return {
      send: (packet) => {
        const result = sendWhole(packet);
        if (result !== -EMSGSIZE) return result;
        return Math.min(...fragmentIpv6Packet(packet, identification++).map(sendWhole));
      },
      close: () => native.closeHandle(handle),
    };
  } catch (error) {
    throw systemErrorFrom(`speak VRRP on ${interfaceName}`, error);
  }
}
