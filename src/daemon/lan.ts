import { getSystemErrorName } from "node:util";
import { familyOf, type IpAddress } from "#base/ip-address.ts";
import type { Engine } from "#engine/engine.ts";
import type { LanResult, Link, SendFailure } from "#engine/ports.ts";
import { openPacketSocket, type PacketSocket } from "#linux/packet-socket.ts";
import { arpClaimFilter } from "#linux/socket-filter/claim-filter.ts";
import { drop } from "#linux/socket-filter/program.ts";
import { openVrrpSocket, type VrrpSocket } from "#linux/vrrp-socket.ts";
import { arpEtherType } from "#vrrp/arp.ts";

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
  let vrrp;
  try {
    vrrp = openVrrpSocket({
      family: "ipv4",
      interfaceName,
      interfaceIndex,
      onPacket: (packet) => post({ type: "packet", interfaceName, packet }),
      onError,
    });
    const arp = openPacketSocket({
      interfaceIndex,
      etherType: arpEtherType,
      filter: drop,
      onFrame: (frame) => post({ type: "arp", interfaceName, frame }),
      onError,
    });
    return { ok: true, lan: connect(vrrp, arp) };
  } catch (error) {
    vrrp?.close();
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function connect(vrrp: VrrpSocket, arp: PacketSocket) {
  return {
    sendPacket: (packet: Uint8Array) => toFailure(vrrp.send(packet)),
    sendFrame: (frame: Uint8Array) => toFailure(arp.send(frame)),
    watchAddresses(addresses: readonly IpAddress[]) {
      arp.filter(arpClaimFilter(addresses.filter((address) => familyOf(address) === "ipv4")));
    },
    close() {
      vrrp.close();
      arp.close();
    },
  };
}

function toFailure(result: number): SendFailure {
  return result === 0 ? undefined : getSystemErrorName(result);
}
