import {
  familyOf,
  hostPrefixLength,
  type IpAddress,
  ipAddressToBytes,
  isIpv6LinkLocal,
} from "#base/ip-address.ts";
import type { AddressScope } from "#base/virtual-address.ts";
import type { Milliseconds } from "#base/time.ts";
import { putU32, putU8, writeU32 } from "netlink/dist/structs.js";
import { attribute } from "./attributes.ts";
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
  /** 0 to 32 or 128; the longest if not given. */
  readonly prefixLength?: number;
}

export interface Lease extends LeasedAddress {
  /** After this time without renewal the kernel removes the address. Rounded up to seconds. */
  readonly lifetime: Milliseconds;
  /** RT_SCOPE_*; global if not given. IPv6 has it from the address. */
  readonly scope?: AddressScope | undefined;
  /** None if not given; IPv6 has none. */
  readonly broadcast?: IpAddress | undefined;
  /** Shown by ifconfig(8); "eth0:1". The interface's name if not given; IPv6 has none. */
  readonly label?: string | undefined;
  /** Whether the kernel adds a route to the prefix, for as long as the lease; not if not given. */
  readonly prefixRoute?: boolean;
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
  const broadcast =
    lease.broadcast === undefined
      ? []
      : [attribute(addressAttribute.broadcast, ipAddressToBytes(lease.broadcast))];
  return Buffer.concat([
    addressPayload(lease, lease.scope),
    attribute(addressAttribute.flags, putU32(flagsOf(lease))),
    attribute(addressAttribute.cacheInfo, cacheInfo(lease)),
    attribute(addressAttribute.protocol, putU8(leaseProtocol)),
    ...label,
    ...broadcast,
  ]);
}

/** Of RTM_DELADDR: struct ifaddrmsg and which address. */
export function addressPayload(leased: LeasedAddress, ofScope: AddressScope = "global"): Buffer {
  const { interfaceIndex, address, prefixLength = hostPrefixLength(address) } = leased;
  const header = Buffer.from([family[familyOf(address)], prefixLength, 0, scope[ofScope]]);
  const bytes = ipAddressToBytes(address);
  return Buffer.concat([
    header,
    putU32(interfaceIndex),
    attribute(addressAttribute.local, bytes),
    attribute(addressAttribute.address, bytes),
  ]);
}

/**
 * The address is in use from the first moment on: the peer may have had it until now, and would be
 * found by Duplicate Address Detection. Its prefix is no reason for a route, unless asked for.
 */
function flagsOf({ address, prefixRoute = false }: Lease): number {
  const { noDad, noPrefixRoute } = addressFlag;
  const route = prefixRoute ? 0 : noPrefixRoute;
  return familyOf(address) === "ipv6" ? noDad | route : route;
}

/**
 * struct ifa_cacheinfo: preferred and valid lifetime in seconds; the kernel sets the rest. An IPv6
 * address alone (/128), or link-local, is never preferred, and so never chosen as the source of a new connection
 * (RFC 6724, 5, rule 3), which would break when it moves. IPv4 knows no preference.
 */
function cacheInfo({ lifetime, address, prefixLength = hostPrefixLength(address) }: Lease): Buffer {
  const seconds = lifetimeSeconds(lifetime);
  const isAlone = familyOf(address) === "ipv6" && prefixLength === hostPrefixLength(address);
  const bytes = Buffer.alloc(16);
  writeU32.call(bytes, isAlone || isIpv6LinkLocal(address) ? 0 : seconds, 0);
  writeU32.call(bytes, seconds, 4);
  return bytes;
}

/** As the kernel counts lifetimes: rounded up, and never what it takes for none or for no end. */
export function lifetimeSeconds(lifetime: Milliseconds): number {
  return Math.min(Math.max(1, Math.ceil(lifetime / 1000)), lifetimeForever - 1);
}
