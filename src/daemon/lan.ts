import { getSystemErrorName } from "node:util";
import { type IpAddress, ipAddressToNumber } from "#base/ip-address.ts";
import type { Engine } from "#engine/engine.ts";
import type { LanResult, Link, SendFailure } from "#engine/ports.ts";
import { openPacketSocket } from "#linux/packet-socket.ts";
import { openVrrpSocket } from "#linux/vrrp-socket.ts";
import { arpEtherType } from "#vrrp/arp.ts";

/** Where the sender's IPv4 address stands in an Ethernet frame with ARP (RFC 826). */
const senderAddressOffset = 28;

/** Opens the two sockets with which a Virtual Router speaks on an interface. */
export function openLan(
  { name: interfaceName, index: interfaceIndex }: Link,
  post: Engine["post"],
): LanResult {
  const onError = (error: Error) => {
    // An interface that goes down takes its sockets along until it is up again: no failure.
    if ("code" in error && error.code === "ENETDOWN") return;
    post({ type: "lan-failed", interfaceName, message: error.message });
  };
  const claims = new Set<number>();
  let vrrp;
  try {
    vrrp = openVrrpSocket({
      interfaceName,
      interfaceIndex,
      onPacket: (packet) => post({ type: "packet", interfaceName, packet }),
      onError,
    });
    const arp = openPacketSocket({
      interfaceIndex,
      etherType: arpEtherType,
      onFrame: (frame) => {
        if (claims.has(senderOf(frame))) post({ type: "arp", interfaceName, frame });
      },
      onError,
    });
    return { ok: true, lan: connect(vrrp, arp, claims) };
  } catch (error) {
    vrrp?.close();
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function connect(
  vrrp: ReturnType<typeof openVrrpSocket>,
  arp: ReturnType<typeof openPacketSocket>,
  claims: Set<number>,
) {
  return {
    sendPacket: (packet: Uint8Array) => toFailure(vrrp.send(packet)),
    sendFrame: (frame: Uint8Array) => toFailure(arp.send(frame)),
    watchAddresses(addresses: readonly IpAddress[]) {
      for (const address of addresses) claims.add(ipAddressToNumber(address));
    },
    close() {
      vrrp.close();
      arp.close();
    },
  };
}

/** A busy network has much ARP, and none of it is for us but what names a virtual address. */
function senderOf(frame: Uint8Array): number {
  if (frame.length < senderAddressOffset + 4) return -1;
  return new DataView(frame.buffer, frame.byteOffset).getUint32(senderAddressOffset);
}

function toFailure(result: number): SendFailure {
  return result === 0 ? undefined : getSystemErrorName(result);
}
