import { gunzipSync } from "node:zlib";

/** Many times what a page of a web site needs; more is a mistake or an attack. */
const largestContent = 64 * 1024 * 1024;

/** Nothing when the bytes are damaged or would become too many. */
export function gunzip(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: largestContent });
  } catch {
    return undefined;
  }
}
