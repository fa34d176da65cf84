import { internetChecksum } from "#base/checksum.ts";
import { decodeIpv4Packet } from "#vrrp/ipv4-packet.ts";

/** What stands in a recording where a key was. */
export const maskedKey = "********";

const asterisk = 0x2a;
/** Where the packet's key was another than ours, so that a replay refuses it as well. */
const questionMark = 0x3f;

const fixedLength = 8;
const authenticationLength = 8;
const version3 = 3;
const fixedHeaderLength = 20;
/** An IPv4 header and the fixed part of a message: no key stands there. */
const harmlessLength = 28;

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
 * An IPv4 packet whose authentication data (RFC 2338, 5.3.10) is masked, if it may have any. The
 * checksum, which would tell something of the key, is made anew: right if it was right, else wrong.
 */
export function maskPacket(packet: Uint8Array, mask: "ours" | "other" = "ours"): Uint8Array {
  const filler = mask === "ours" ? asterisk : questionMark;
  const copy = packet.slice();
  const ip = decodeIpv4Packet(copy);
  if (!ip.ok) return copy.fill(filler, harmlessLength);
  const message = ip.packet.payload;
  const start = message.byteOffset - copy.byteOffset;
  // No part of the message: but what a damaged length takes for options or padding may be one.
  copy.fill(filler, fixedHeaderLength, start).fill(0, start + message.length);
  const data = message.subarray(keyStart(message));
  if ((message[0] ?? 0) >> 4 === version3 || data.every((byte) => byte === 0)) return copy;
  const held = internetChecksum(message) === 0;
  data.fill(filler);
  writeChecksum(message, held);
  return copy;
}

/** Behind the addresses; the end of a message that is too short for as many as it claims. */
function keyStart(message: Uint8Array): number {
  const claimed = fixedLength + 4 * (message[3] ?? 0);
  return Math.min(claimed, Math.max(fixedLength, message.length - authenticationLength));
}

function writeChecksum(message: Uint8Array, right: boolean): void {
  message.set([0, 0], 6);
  const checksum = internetChecksum(message) ^ (right ? 0 : 1);
  message.set([checksum >> 8, checksum & 255], 6);
}
