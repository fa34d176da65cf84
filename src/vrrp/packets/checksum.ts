import { internetChecksum } from "#base/checksum.ts";
import { familyOf, ipAddressToBytes } from "#base/ip-address.ts";
import type { Endpoints, VrrpVersion } from "../advertisement.ts";
import { vrrpProtocol } from "../constants.ts";
import { ipv6PseudoHeader } from "./ipv6-packet.ts";

function pseudoHeader(endpoints: Endpoints, length: number): Uint8Array {
  if (isIpv6(endpoints)) return ipv6PseudoHeader(endpoints, vrrpProtocol, length);
  const header = new Uint8Array(12);
  header.set(ipAddressToBytes(endpoints.source), 0);
  header.set(ipAddressToBytes(endpoints.destination), 4);
  header[9] = vrrpProtocol;
  header[10] = length >> 8;
  header[11] = length & 0xff;
  return header;
}

/**
 * The checksum of a message whose checksum field is 0.
 *
 * Version 2 covers the message alone (RFC 3768, 5.3.8). For version 3 over IPv4 RFC 9568, 5.2.8
 * says the same, but RFC 5798 was read as "with the IPv4 pseudo-header", and that is what
 * keepalived and FRR send: so do we. Over IPv6 there is but one reading (RFC 8200, 8.1).
 */
export function advertisementChecksum(
  version: VrrpVersion,
  message: Uint8Array,
  endpoints: Endpoints,
): number {
  if (version === 2) return internetChecksum(message);
  return internetChecksum(pseudoHeader(endpoints, message.length), message);
}

/** Whether a received message carries a correct checksum; version 3 over IPv4 in either reading. */
export function checksumHolds(
  version: VrrpVersion,
  message: Uint8Array,
  endpoints: Endpoints,
): boolean {
  if (!isIpv6(endpoints) && internetChecksum(message) === 0) return true;
  return version === 3 && advertisementChecksum(3, message, endpoints) === 0;
}

function isIpv6({ source }: Endpoints): boolean {
  return familyOf(source) === "ipv6";
}
