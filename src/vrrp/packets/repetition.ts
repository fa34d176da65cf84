import { familyOfPacket } from "./ip-packet.ts";

/**
 * Whether a packet says what another said, byte for byte. In each packet IPv4's identification is
 * another one and, with it, the header's checksum (RFC 791, 3.1).
 */
export function repeats(packet: Uint8Array, earlier: Uint8Array): boolean {
  if (packet.length !== earlier.length) return false;
  const isIpv4 = (packet[0] ?? 0) >> 4 === 4;
  for (let index = 0; index < packet.length; index++) {
    if (packet[index] !== earlier[index] && !(isIpv4 && isNumbering(index))) return false;
  }
  return true;
}

function isNumbering(index: number): boolean {
  return index === 4 || index === 5 || index === 10 || index === 11;
}

/** Where the VRID stands in a packet that is one; in others whatever stands there. */
export function vridOf(packet: Uint8Array): number | undefined {
  const [first = 0] = packet;
  return packet[familyOfPacket(packet) === "ipv6" ? 41 : 4 * (first & 15) + 1];
}
