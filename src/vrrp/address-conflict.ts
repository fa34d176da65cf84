import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { ArpMessage } from "./arp.ts";

interface Claim {
  readonly address: IpAddress;
  /** The MAC address with which this host answers for the address. */
  readonly ownMac: MacAddress;
}

/**
 * The MAC address of another host that uses `address` as its own, if this message shows one: any
 * ARP packet, request or reply, whose sender address is the address (RFC 5227, 2.1.1 and 2.4).
 */
export function conflictsWith(message: ArpMessage, claim: Claim): MacAddress | undefined {
  if (message.senderAddress !== claim.address) return undefined;
  return message.senderMac === claim.ownMac ? undefined : message.senderMac;
}
