import { internetChecksum } from "#base/checksum.ts";
import { familyOfPacket } from "#vrrp/packets/ip-packet.ts";
import { decodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { decodeIpv6Packet } from "#vrrp/packets/ipv6-packet.ts";

/** What stands in a recording where a key was. */
export const maskedKey = "********";

const asterisk = 0x2a;
/** Where the packet's key was another than ours, so that a replay refuses it as well. */
const questionMark = 0x3f;

const fixedLength = 8;
const authenticationLength = 8;
/** Version, VRID, priority and count. */
const harmlessLength = 4;

/** A copy of the value without keys; plain values stay what they are. */
export function maskKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const secret = key === "key" && typeof inner === "string";
      return [key, secret ? maskedKey : maskKeys(inner)];
    }),
  );
}

/**
 * A packet whose authentication data (RFC 2338, 5.3.10) is masked, if it may have any. The checksum,
 * which would tell something of the key, is made anew: right if it was right, else wrong.
 */
export function maskPacket(packet: Uint8Array, mask: "ours" | "other" = "ours"): Uint8Array {
  const filler = mask === "ours" ? asterisk : questionMark;
  const copy = packet.slice();
  const header = familyOfPacket(copy) === "ipv6" ? 40 : 20;
  const ip = header === 40 ? decodeIpv6Packet(copy) : decodeIpv4Packet(copy);
  // What cannot be read is refused for its first bytes, or for its length.
  if (!ip.ok) return copy.fill(filler, header + harmlessLength);
  const message = ip.packet.payload;
  const start = message.byteOffset - copy.byteOffset;
  // No part of the message: but what a damaged length takes for options or padding may be one.
  copy.fill(filler, header, start).fill(0, start + message.length);
  maskMessage(message, filler);
  return copy;
}

function maskMessage(message: Uint8Array, filler: number): void {
  const [first = 0, , , count = 0] = message;
  const version = first >> 4;
  const dataStart = fixedLength + 4 * count;
  if (version === 3) return;
  if (version !== 2 || message.length < dataStart + authenticationLength) {
    message.fill(filler, harmlessLength);
    return;
  }
  const data = message.subarray(dataStart);
  if (data.every((byte) => byte === 0)) return;
  const held = internetChecksum(message) === 0;
  data.fill(filler);
  writeChecksum(message, held);
}

function writeChecksum(message: Uint8Array, right: boolean): void {
  message.set([0, 0], 6);
  const checksum = internetChecksum(message) ^ (right ? 0 : 1);
  message.set([checksum >> 8, checksum & 255], 6);
}
