import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { arpEtherType, decodeArp } from "./arp.ts";
import { decodeNeighbor } from "./decode-neighbor.ts";

/** An address that some host uses as its own, by its own word. */
export interface AddressClaim {
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

/**
 * The claim that an Ethernet frame makes, if it makes one:
 * - any ARP packet, request or reply, claims its sender address (RFC 5227, 2.1.1 and 2.4);
 * - a Neighbor Advertisement claims its target, a Neighbor Solicitation the address that it comes
 *   from (RFC 4862, 5.4.3 and 5.4.4).
 *
 * The probes of both kinds come from the address of zeros, and so claim none that anybody has.
 */
export function readAddressClaim(frame: Uint8Array): AddressClaim | undefined {
  const etherType = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
  if (etherType === arpEtherType) {
    const message = decodeArp(frame);
    return message && { address: message.senderAddress, mac: message.senderMac };
  }
  const message = decodeNeighbor(frame);
  if (message === undefined) return undefined;
  const { type, source, target, mac } = message;
  return { address: type === "advertisement" ? target : source, mac };
}
