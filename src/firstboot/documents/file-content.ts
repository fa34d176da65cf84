import type { WriteFile } from "./write-file-schema.ts";

/** Undoes gzip; nothing when the bytes are damaged or would become too many. */
export type Gunzip = (bytes: Uint8Array) => Uint8Array | undefined;

/** The bytes that a file of `write_files` shall have; nothing when its content is not what it says. */
export function decodeContent(
  { content, encoding }: WriteFile,
  gunzip: Gunzip,
): Uint8Array | undefined {
  if (encoding === "plain" || encoding === "text/plain") return new TextEncoder().encode(content);
  const bytes = decodeBase64(content);
  const isCompressed = encoding.startsWith("gz");
  return bytes !== undefined && isCompressed ? gunzip(bytes) : bytes;
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
