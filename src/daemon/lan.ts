import { getSystemErrorName } from "node:util";
import { familyOf, type IpAddress, type IpFamily } from "#base/ip-address.ts";
import type { Engine } from "#engine/engine.ts";
import type { Lan, LanResult, Link, SendFailure } from "#engine/ports.ts";
import { openPacketSocket, type PacketSocket } from "#linux/packet-socket.ts";
import { arpClaimFilter, neighborClaimFilter } from "#linux/socket-filter/claim-filter.ts";
import { drop } from "#linux/socket-filter/program.ts";
import type { VrrpSocket } from "#linux/vrrp-socket-types.ts";
import { openVrrpSocket } from "#linux/vrrp-socket.ts";
import { familyOfPacket } from "#vrrp/packets/ip-packet.ts";
import { arpEtherType } from "#vrrp/packets/arp.ts";
import { ipv6EtherType } from "#vrrp/packets/neighbor-message.ts";

/** How each family tells who has an address: in frames of this type, read as this input. */
const resolution = {
  ipv4: { etherType: arpEtherType, input: "arp", claimFilter: arpClaimFilter },
  ipv6: { etherType: ipv6EtherType, input: "neighbor", claimFilter: neighborClaimFilter },
} as const;

/** The two sockets with which a Virtual Router speaks one family. */
interface FamilySockets {
  readonly family: IpFamily;
  readonly vrrp: VrrpSocket;
  readonly frames: PacketSocket;
}

/** Opens the sockets with which Virtual Routers speak these families on an interface. */
export function openLan(
  link: Link,
  families: ReadonlySet<IpFamily>,
  post: Engine["post"],
): LanResult {
  const opened: FamilySockets[] = [];
  let speaker;
  try {
    speaker = openSpeaker(link, post);
    for (const family of families) opened.push(openFamily(link, family, post));
    return { ok: true, lan: connect(speaker, opened) };
  } catch (error) {
    speaker?.close();
    closeAll(opened);
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * A socket that sends frames of every kind: it receives nothing, and what it sends is to the kernel
 * what the EtherType in the frame says (packet(7)). Throws SystemError.
 */
function openSpeaker({ name: interfaceName, index }: Link, post: Engine["post"]): PacketSocket {
  return openPacketSocket({
    interfaceIndex: index,
    etherType: 0,
    filter: drop,
    onFrame: () => {},
    onError: reportTo(post, interfaceName),
  });
}

/** An interface that goes down takes its sockets along until it is up again: no failure. */
function reportTo(post: Engine["post"], interfaceName: string) {
  return (error: Error) => {
    if ("code" in error && error.code === "ENETDOWN") return;
    post({ type: "lan-failed", interfaceName, message: error.message });
  };
}

/** Throws SystemError. */
function openFamily(
  { name: interfaceName, index: interfaceIndex }: Link,
  family: IpFamily,
  post: Engine["post"],
): FamilySockets {
  const onError = reportTo(post, interfaceName);
  const onPacket = (packet: Uint8Array) => post({ type: "packet", interfaceName, packet });
  const vrrp = openVrrpSocket({ family, interfaceName, interfaceIndex, onPacket, onError });
  try {
    const { etherType, input: type } = resolution[family];
    const onFrame = (frame: Uint8Array) => post({ type, interfaceName, frame });
    const filter = drop; // until addresses are watched
    const frames = openPacketSocket({ interfaceIndex, etherType, filter, onFrame, onError });
    return { family, vrrp, frames };
  } catch (error) {
    vrrp.close();
    throw error;
  }
}

function connect(speaker: PacketSocket, sockets: readonly FamilySockets[]): Lan {
  const spoken = (family: IpFamily) => sockets.find((each) => each.family === family);
  return {
    sendPacket: (packet) => toFailure(spoken(familyOfPacket(packet))?.vrrp.send(packet)),
    sendFrame: (frame) => toFailure(speaker.send(frame)),
    watchAddresses(addresses: readonly IpAddress[]) {
      for (const { family, frames } of sockets) {
        const own = addresses.filter((address) => familyOf(address) === family);
        frames.filter(resolution[family].claimFilter(own));
      }
    },
    close() {
      speaker.close();
      closeAll(sockets);
    },
  };
}

function closeAll(sockets: readonly FamilySockets[]): void {
  for (const { vrrp, frames } of sockets) {
    vrrp.close();
    frames.close();
  }
}

/** Undefined: the interface does not speak the family. */
function toFailure(result: number | undefined): SendFailure {
  if (result === undefined) return "EAFNOSUPPORT";
  return result === 0 ? undefined : getSystemErrorName(result);
}
