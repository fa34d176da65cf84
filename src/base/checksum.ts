/** The sum of 16-bit words in ones' complement, not yet complemented (RFC 1071). */
function sumWords(bytes: Uint8Array, start: number): number {
  let sum = start;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/**
 * The Internet checksum (RFC 1071) over all parts in turn, each padded to an even length.
 * Over data that holds its own correct checksum the result is 0.
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  return ~parts.reduce((sum, part) => sumWords(part, sum), 0) & 0xffff;
}
