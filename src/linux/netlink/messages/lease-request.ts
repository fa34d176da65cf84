import { type IpAddress, ipAddressToBytes } from "#base/ip-address.ts";
import type { Milliseconds } from "#base/time.ts";
import { formatAttribute, putU32, putU8, writeU32 } from "netlink/dist/structs.js";
import { addressAttribute, addressFlag, family, lifetimeForever, scope } from "./constants.ts";
import type { InterfaceAddress } from "../types.ts";

/**
 * The mark of the addresses that Gatepair added (IFA_PROTO): the number of VRRP among the IP
 * protocols (RFC 9568, 5.1.1.4). The kernel itself uses 1 to 3, and iproute2's lists of names
 * (/etc/iproute2/rt_protos, rt_addrprotos) leave 112 free; keepalived is 18 there.
 */
export const leaseProtocol = 112;

export interface LeasedAddress {
  readonly interfaceIndex: number;
  readonly address: IpAddress;
  /** 0 to 32; 32 if not given. */
  readonly prefixLength?: number;
}

export interface Lease extends LeasedAddress {
  /** After this time without renewal the kernel removes the address. Rounded up to seconds. */
  readonly lifetime: Milliseconds;
  /** Shown by ifconfig(8); "eth0:1". The interface's name if not given. */
  readonly label?: string;
}

/** Whether the address is one that Gatepair added, in this run or an earlier one. */
export function isOwnLease(address: InterfaceAddress): boolean {
  return address.protocol === leaseProtocol;
}

/** Of RTM_NEWADDR. */
export function leasePayload(lease: Lease): Buffer {
  const label =
    lease.label === undefined
      ? []
      : [attribute(addressAttribute.label, Buffer.from(`${lease.label}\0`))];
  return Buffer.concat([
    addressPayload(lease),
    attribute(addressAttribute.flags, putU32(addressFlag.noPrefixRoute)),
    attribute(addressAttribute.cacheInfo, cacheInfo(lease.lifetime)),
    attribute(addressAttribute.protocol, putU8(leaseProtocol)),
    ...label,
  ]);
}

/** Of RTM_DELADDR: struct ifaddrmsg and which address. */
export function addressPayload(leased: LeasedAddress): Buffer {
  const { interfaceIndex, address, prefixLength = 32 } = leased;
  const header = Buffer.from([family.ipv4, prefixLength, 0, scope.global, 0, 0, 0, 0]);
  writeU32.call(header, interfaceIndex, 4);
  const bytes = ipAddressToBytes(address);
  return Buffer.concat([
    header,
    attribute(addressAttribute.local, bytes),
    attribute(addressAttribute.address, bytes),
  ]);
}

/** struct ifa_cacheinfo: preferred and valid lifetime in seconds; the kernel sets the rest. */
function cacheInfo(lifetime: Milliseconds): Buffer {
  const seconds = Math.min(Math.max(1, Math.ceil(lifetime / 1000)), lifetimeForever - 1);
  const bytes = Buffer.alloc(16);
  writeU32.call(bytes, seconds, 0);
  writeU32.call(bytes, seconds, 4);
  return bytes;
}

/** An attribute with its padding. */
function attribute(type: number, data: Uint8Array): Buffer {
  const bytes = Buffer.concat(formatAttribute({ type, data }));
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
