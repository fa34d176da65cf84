import { internetChecksum } from "#base/checksum.ts";
import { ipAddressToBytes, type IpAddress } from "#base/ip-address.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { vrrpGroup, vrrpProtocol } from "../support/lab/packets.ts";

/** The fields of a version 3 Advertisement, RFC 9568, 5.1, each free to be wrong. */
interface Fields {
  readonly versionAndType?: number;
  readonly vrid?: number;
  readonly priority?: number;
  readonly count?: number;
  readonly centiseconds?: number;
  /** Added to the right checksum. */
  readonly checksumError?: number;
  readonly address?: string;
}

function pseudoHeader(length: number): Uint8Array {
  const source = ipAddressToBytes(ownAddresses.client as IpAddress);
  const destination = ipAddressToBytes(vrrpGroup as IpAddress);
  return Uint8Array.from([...source, ...destination, 0, vrrpProtocol, length >> 8, length & 255]);
}

function writeChecksum(message: Uint8Array, checksum: number): Uint8Array {
  message[6] = (checksum >> 8) & 255;
  message[7] = checksum & 255;
  return message;
}

/** A well-made Advertisement of the highest priority, but for the fields that are given. */
export function forgery(fields: Fields): Uint8Array {
  const { versionAndType = 0x31, vrid = 51, priority = 254, count = 1 } = fields;
  const interval = fields.centiseconds ?? 10;
  const address = ipAddressToBytes((fields.address ?? virtualAddress) as IpAddress);
  const head = [versionAndType, vrid, priority, count, interval >> 8, interval & 255, 0, 0];
  const message = Uint8Array.from([...head, ...address]);
  const checksum = internetChecksum(pseudoHeader(message.length), message);
  return writeChecksum(message, checksum + (fields.checksumError ?? 0));
}

/** RFC 2338, 5.3: version 2 with simple authentication; its checksum has no pseudo-header. */
export function wrongPassword(): Uint8Array {
  const head = [0x21, 51, 254, 1, 1, 1, 0, 0, ...ipAddressToBytes(virtualAddress as IpAddress)];
  const message = Uint8Array.from([...head, ...new TextEncoder().encode("1112"), 0, 0, 0, 0]);
  return writeChecksum(message, internetChecksum(message));
}

/** Bytes that look like noise but are the same in every run. */
function noise(length: number, seed: number): Uint8Array {
  let value = seed + 1;
  return Uint8Array.from({ length }, () => {
    value = (value * 1103515245 + 12345) % 2 ** 31;
    return value >> 16;
  });
}

/** Two hundred packets, none of which a router of this pair may believe. */
export function forgeries(): Uint8Array[] {
  const good = forgery({});
  const kinds = [
    forgery({ checksumError: 1 }),
    forgery({ vrid: 52 }),
    forgery({ versionAndType: 0x41 }),
    forgery({ versionAndType: 0x32 }),
    forgery({ count: 0 }),
    forgery({ count: 200 }),
    forgery({ centiseconds: 0 }),
    wrongPassword(),
    good.subarray(0, 7),
    good.subarray(0, 1),
  ];
  const repeated = Array.from({ length: 10 }, () => kinds).flat();
  const random = Array.from({ length: 100 }, (_, seed) => noise(1 + seed * 13, seed));
  return [...repeated, ...random];
}
