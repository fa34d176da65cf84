import { familyOf, formatAddressPrefix, prefixContains } from "#base/ip-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { VirtualRouterConfig } from "../config.ts";
import { error, quote } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";

/** Rules of how the addresses of one virtual router are put on interfaces. */
export function checkAddresses(router: VirtualRouterConfig, path: Path): Finding[] {
  return router.addresses.flatMap((address, index) => {
    const at = [...path, "addresses", index];
    return [
      ...checkOwned(router, address, at),
      ...checkElsewhere(router, address, at),
      ...checkFamily(address, at),
      ...checkBroadcast(address, at),
      ...checkLabel(address, interfaceOf(router, address), at),
    ];
  });
}

/** Where an address of the virtual router is. */
export function interfaceOf(
  { interface: usual }: Pick<VirtualRouterConfig, "interface">,
  { attributes }: VirtualAddress,
): string {
  return attributes?.interface ?? usual;
}

/** The addresses of an owner are put there by somebody else. */
function checkOwned(
  { priority }: VirtualRouterConfig,
  { address, attributes }: VirtualAddress,
  path: Path,
): Finding[] {
  if (priority !== ownerPriority || attributes === undefined) return [];
  const message = "found a map with priority 255, whose addresses are on the interface already";
  return [error(path, `${message}; accepted: ${quote(address)} alone`)];
}

function checkElsewhere(
  { virtualMac, interface: usual }: VirtualRouterConfig,
  { attributes }: VirtualAddress,
  path: Path,
): Finding[] {
  const elsewhere = attributes?.interface;
  if (!virtualMac || elsewhere === undefined || elsewhere === usual) return [];
  const message = `found ${quote(elsewhere)} with virtual_mac, which is for ${quote(usual)}`;
  return [error([...path, "interface"], `${message}; accepted: without virtual_mac`)];
}

const ipv4Only = ["scope", "broadcast", "label"] as const;

/** The kernel takes the scope of an IPv6 address from its bits, and has neither of the others. */
function checkFamily({ address, attributes }: VirtualAddress, path: Path): Finding[] {
  if (familyOf(address) === "ipv4") return [];
  return ipv4Only.flatMap((key): Finding[] => {
    if (attributes?.[key] === undefined) return [];
    const message = `found ${key} with ${address}; accepted: with an IPv4 address`;
    return [{ ...error([...path, key], message), at: "key" }];
  });
}

/** Within the prefix if there is one: /31 (RFC 3021) and /32 have no room for it. */
function checkBroadcast(prefix: VirtualAddress, path: Path): Finding[] {
  const { address, prefixLength, attributes } = prefix;
  const broadcast = attributes?.broadcast;
  if (broadcast === undefined || familyOf(address) === "ipv6") return [];
  const isWithin = prefixLength > 30 || prefixContains(prefix, broadcast);
  if (isWithin && broadcast !== address) return [];
  const message = `found ${broadcast}; accepted: another address of ${formatAddressPrefix(prefix)}`;
  return [error([...path, "broadcast"], message)];
}

/** As ip-address(8) has it, and so that old programs find the interface by it. */
function checkLabel({ address, attributes }: VirtualAddress, link: string, path: Path): Finding[] {
  const label = attributes?.label;
  if (label === undefined || familyOf(address) === "ipv6") return [];
  if (label === link || label.startsWith(`${link}:`)) return [];
  const accepted = `${quote(link)}, or that with a colon and more`;
  return [error([...path, "label"], `found ${quote(label)}; accepted: ${accepted}`)];
}
