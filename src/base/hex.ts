const byteInHex = /^[0-9a-f]{2}$/i;

/** Two lower-case digits a byte, without anything between them. */
export function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Undefined when the text is no hex; white space is allowed, so that long packets can be read. */
export function hexToBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.replaceAll(/\s/g, "");
  if (digits.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const pair = digits.slice(2 * index, 2 * index + 2);
    if (!byteInHex.test(pair)) return undefined;
    bytes[index] = Number.parseInt(pair, 16);
  }
  return bytes;
}
