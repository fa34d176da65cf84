import { internetChecksum } from "#base/checksum.ts";
import {
  addressLength,
  familyOf,
  type IpAddress,
  ipAddressFromBytes,
  ipAddressToBytes,
  type IpFamily,
  isIpv6LinkLocal,
} from "#base/ip-address.ts";
import { milliseconds, millisecondsToCentiseconds, type Milliseconds } from "#base/time.ts";
import type {
  Advertisement,
  Authentication,
  ChecksumCoverage,
  Endpoints,
  VrrpVersion,
} from "../advertisement.ts";
import { advertisementChecksum, checksumHolds } from "./checksum.ts";
import { advertisementType } from "../constants.ts";

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
  | "first-address-not-link-local"
  | "zero-interval"
  | "unknown-authentication";

export type Decoded =
  | { readonly ok: true; readonly advertisement: Advertisement }
  | { readonly ok: false; readonly failure: DecodeFailure };

/**
 * The message that follows the IP header (RFC 9568, 5.1; RFC 3768, 5.1). All addresses are of the
 * family of the endpoints; over IPv6 the version is 3.
 */
export function encodeAdvertisement(
  advertisement: Advertisement,
  endpoints: Endpoints,
  coverage: ChecksumCoverage = "with-pseudo-header",
): Uint8Array<ArrayBuffer> {
  const { version, addresses } = advertisement;
  const family = familyOf(endpoints.source);
  const size = addressLength[family];
  const message = new Uint8Array(messageLength(version, size * addresses.length));
  message[0] = (version << 4) | advertisementType;
  message[1] = advertisement.vrid;
  message[2] = advertisement.priority;
  message[3] = addresses.length;
  writeInterval(message, advertisement);
  addresses.forEach((address, index) => {
    message.set(ipAddressToBytes(address), fixedLength + size * index);
  });
  writeAuthentication(message, advertisement);
  const checksum =
    coverage === "message-only" && family === "ipv4"
      ? internetChecksum(message)
      : advertisementChecksum(version, message, endpoints);
  message[6] = checksum >> 8;
  message[7] = checksum & 0xff;
  return message;
}

/**
 * Reads a received message, whose addresses are of the family of the packet. Bytes behind its end (Ethernet pads short frames) are ignored, but
 * they must have been cut off already where the IP header says so.
 */
export function decodeAdvertisement(bytes: Uint8Array, endpoints: Endpoints): Decoded {
  if (bytes.length < fixedLength) return refuse("too-short");
  const family = familyOf(endpoints.source);
  const version = byteAt(bytes, 0) >> 4;
  if (!speaks(version, family)) return refuse("unknown-version");
  if ((byteAt(bytes, 0) & 15) !== advertisementType) return refuse("unknown-type");
  const count = byteAt(bytes, 3);
  const length = messageLength(version, addressLength[family] * count);
  if (bytes.length < length) return refuse("too-short");
  // All of the IP payload is covered, not only what the count promises: otherwise a version 2
  // message relabelled as version 3 would lose its trailer unseen.
  if (!checksumHolds(version, bytes, endpoints)) return refuse("bad-checksum");
  if (count === 0) return refuse("no-address");
  const addresses = readAddresses(bytes, count, family);
  if (!beginsRightly(addresses, family)) return refuse("first-address-not-link-local");
  const interval = readInterval(bytes, version);
  if (interval === 0) return refuse("zero-interval");
  const authentication = readAuthentication(bytes, version, length);
  if (authentication === undefined) return refuse("unknown-authentication");
  const vrid = byteAt(bytes, 1);
  const priority = byteAt(bytes, 2);
  const advertisement = { version, vrid, priority, interval, addresses, authentication } as const;
  return { ok: true, advertisement };
}

/** Version 2 is of IPv4 alone. */
function speaks(version: number, family: IpFamily): version is VrrpVersion {
  return version === 3 || (version === 2 && family === "ipv4");
}

/** RFC 9568, 5.2.9: over IPv6 the link-local address is the first; else it is invalid (erratum 8300). */
function beginsRightly([first]: readonly IpAddress[], family: IpFamily): boolean {
  return family === "ipv4" || (first !== undefined && isIpv6LinkLocal(first));
}

function messageLength(version: VrrpVersion, addressBytes: number): number {
  return fixedLength + addressBytes + (version === 2 ? authenticationLength : 0);
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

function readAddresses(bytes: Uint8Array, count: number, family: IpFamily): IpAddress[] {
  return Array.from({ length: count }, (_, index) =>
    ipAddressFromBytes(bytes, fixedLength + addressLength[family] * index, family),
  );
}

/** The caller has compared the offset with the length. */
function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

function refuse(failure: DecodeFailure): Decoded {
  return { ok: false, failure };
}
