import { internetChecksum } from "#base/checksum.ts";
import { ipAddressFromBytes, ipAddressToBytes, type IpAddress } from "#base/ip-address.ts";
import { milliseconds, millisecondsToCentiseconds, type Milliseconds } from "#base/time.ts";
import type {
  Advertisement,
  Authentication,
  ChecksumCoverage,
  Endpoints,
  VrrpVersion,
} from "./advertisement.ts";
import { advertisementChecksum, checksumHolds } from "./checksum.ts";
import { advertisementType } from "./constants.ts";

const fixedLength = 8;
const authenticationLength = 8;
const simplePassword = 1;

/** Why bytes are no Advertisement; each is a counter. */
export type DecodeFailure =
  | "too-short"
  | "unknown-version"
  | "unknown-type"
  | "bad-checksum"
  | "no-address"
  | "zero-interval"
  | "unknown-authentication";

export type Decoded =
  | { readonly ok: true; readonly advertisement: Advertisement }
  | { readonly ok: false; readonly failure: DecodeFailure };

/** The message that follows the IP header (RFC 9568, 5.1; RFC 3768, 5.1). */
export function encodeAdvertisement(
  advertisement: Advertisement,
  endpoints: Endpoints,
  coverage: ChecksumCoverage = "with-pseudo-header",
): Uint8Array<ArrayBuffer> {
  const { version, addresses } = advertisement;
  const message = new Uint8Array(messageLength(version, addresses.length));
  message[0] = (version << 4) | advertisementType;
  message[1] = advertisement.vrid;
  message[2] = advertisement.priority;
  message[3] = addresses.length;
  writeInterval(message, advertisement);
  addresses.forEach((address, index) => {
    message.set(ipAddressToBytes(address), fixedLength + 4 * index);
  });
  writeAuthentication(message, advertisement);
  const checksum =
    coverage === "message-only"
      ? internetChecksum(message)
      : advertisementChecksum(version, message, endpoints);
  message[6] = checksum >> 8;
  message[7] = checksum & 0xff;
  return message;
}

/**
 * Reads a received message. Bytes behind its end (Ethernet pads short frames) are ignored, but
 * they must have been cut off already where the IP header says so.
 */
export function decodeAdvertisement(bytes: Uint8Array, endpoints: Endpoints): Decoded {
  if (bytes.length < fixedLength) return refuse("too-short");
  const version = byteAt(bytes, 0) >> 4;
  if (version !== 2 && version !== 3) return refuse("unknown-version");
  if ((byteAt(bytes, 0) & 15) !== advertisementType) return refuse("unknown-type");
  const count = byteAt(bytes, 3);
  const length = messageLength(version, count);
  if (bytes.length < length) return refuse("too-short");
  // All of the IP payload is covered, not only what the count promises: otherwise a version 2
  // message relabelled as version 3 would lose its trailer unseen.
  if (!checksumHolds(version, bytes, endpoints)) return refuse("bad-checksum");
  if (count === 0) return refuse("no-address");
  const interval = readInterval(bytes, version);
  if (interval === 0) return refuse("zero-interval");
  const authentication = readAuthentication(bytes, version, length);
  if (authentication === undefined) return refuse("unknown-authentication");
  const addresses = readAddresses(bytes, count);
  const vrid = byteAt(bytes, 1);
  const priority = byteAt(bytes, 2);
  const advertisement = { version, vrid, priority, interval, addresses, authentication } as const;
  return { ok: true, advertisement };
}

function messageLength(version: VrrpVersion, count: number): number {
  return fixedLength + 4 * count + (version === 2 ? authenticationLength : 0);
}

function writeInterval(message: Uint8Array, { version, interval, authentication }: Advertisement) {
  if (version === 2) {
    message[4] = authentication.type === "simple" ? simplePassword : 0;
    message[5] = interval / 1000;
  } else {
    const hundredths = millisecondsToCentiseconds(interval);
    message[4] = hundredths >> 8;
    message[5] = hundredths & 0xff;
  }
}

function readInterval(bytes: Uint8Array, version: VrrpVersion): Milliseconds {
  if (version === 2) return milliseconds(byteAt(bytes, 5) * 1000);
  return milliseconds((((byteAt(bytes, 4) & 15) << 8) | byteAt(bytes, 5)) * 10);
}

/** RFC 2338, 5.3.10: up to eight characters, the rest zero; RFC 3768: eight zeros. */
function writeAuthentication(message: Uint8Array, { version, authentication }: Advertisement) {
  if (version !== 2 || authentication.type === "none") return;
  const start = message.length - authenticationLength;
  for (let index = 0; index < Math.min(authentication.key.length, authenticationLength); index++) {
    message[start + index] = authentication.key.charCodeAt(index);
  }
}

function readAuthentication(
  bytes: Uint8Array,
  version: VrrpVersion,
  length: number,
): Authentication | undefined {
  const type = version === 2 ? byteAt(bytes, 4) : 0;
  if (type === 0) return { type: "none" };
  if (type !== simplePassword) return undefined;
  const data = bytes.subarray(length - authenticationLength, length);
  const end = data.indexOf(0);
  const key = String.fromCharCode(...data.subarray(0, end === -1 ? undefined : end));
  return { type: "simple", key };
}

function readAddresses(bytes: Uint8Array, count: number): IpAddress[] {
  return Array.from({ length: count }, (_, index) =>
    ipAddressFromBytes(bytes, fixedLength + 4 * index),
  );
}

/** The caller has compared the offset with the length. */
function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

function refuse(failure: DecodeFailure): Decoded {
  return { ok: false, failure };
}
