import { familyOf, formatAddressPrefix, isIpv6LinkLocal } from "#base/ip-address.ts";
import type { AddressPrefix, IpAddress, IpFamily } from "#base/ip-address.ts";

import type { VirtualRouterConfig } from "../config.ts";
import { error } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";

/** The count of addresses in an Advertisement has eight bits (RFC 9568, 5.2.5). */
const mostOfOneFamily = 255;

export const familyNames = { ipv4: "IPv4", ipv6: "IPv6" } as const;

/** Rules of the two families, which may stand side by side in one virtual router. */
export function checkFamilies(router: VirtualRouterConfig, path: Path): Finding[] {
  const findings = [
    ...checkCounts(router, [...path, "addresses"]),
    ...checkPeerFamilies(router, [...path, "unicast_peers"]),
  ];
  const place = router.addresses.findIndex(isIpv6);
  const first = router.addresses[place];
  if (first === undefined) return findings;
  const at = [...path, "addresses", place];
  return [...findings, ...checkVersion(router, first, at), ...checkFirst(router, first, at)];
}

/** The families of the addresses of a virtual router. */
export function familiesOf({ addresses }: VirtualRouterConfig): IpFamily[] {
  return [...new Set(addresses.map(({ address }) => familyOf(address)))].toSorted();
}

function isIpv6({ address }: AddressPrefix): boolean {
  return familyOf(address) === "ipv6";
}

function checkCounts({ addresses }: VirtualRouterConfig, path: Path): Finding[] {
  const ofIpv6 = addresses.filter(isIpv6).length;
  const most = Math.max(ofIpv6, addresses.length - ofIpv6);
  if (most <= mostOfOneFamily) return [];
  const message = `found ${most} addresses of one family; accepted: at most ${mostOfOneFamily}`;
  return [{ ...error(path, message), at: "key" }];
}

function checkVersion(
  { vrrpVersion }: VirtualRouterConfig,
  first: AddressPrefix,
  path: Path,
): Finding[] {
  if (vrrpVersion === 3) return [];
  const found = `found ${formatAddressPrefix(first)} with vrrp_version 2, which has IPv4 alone`;
  return [error(path, `${found}; accepted: with vrrp_version 3`)];
}

/** RFC 9568, 5.2.9. The address is not made up unasked: both hosts need the same one. */
function checkFirst({ vrid }: VirtualRouterConfig, first: AddressPrefix, path: Path): Finding[] {
  if (isIpv6LinkLocal(first.address)) return [];
  const found = `found ${formatAddressPrefix(first)} as the first IPv6 address`;
  const proposal = `fe80::${vrid.toString(16)} (after the VRID), on both hosts`;
  return [error(path, `${found}; accepted: a link-local address before it, such as ${proposal}`)];
}

/** Advertisements of a family go to the peers of that family, over IPv6 from link-local addresses. */
function checkPeerFamilies(router: VirtualRouterConfig, path: Path): Finding[] {
  const { unicastPeers } = router;
  if (unicastPeers === undefined) return [];
  const spoken = familiesOf(router);
  const unheard = spoken.filter((family) => !unicastPeers.some(isOf(family)));
  return [
    ...unheard.map((family) => {
      const message = `found none of ${familyNames[family]}, of which there are virtual addresses`;
      return Object.assign(error(path, `${message}; accepted: a peer of each family`), {
        at: "key" as const,
      });
    }),
    ...unicastPeers.flatMap(({ address }, index) => checkPeer(address, spoken, [...path, index])),
  ];
}

function checkPeer(address: IpAddress, spoken: readonly IpFamily[], path: Path): Finding[] {
  const family = familyOf(address);
  if (!spoken.includes(family)) {
    const message = `found ${address} without a virtual address of ${familyNames[family]}`;
    return [error(path, `${message}; accepted: peers of the families of the addresses`)];
  }
  if (family === "ipv4" || isIpv6LinkLocal(address)) return [];
  return [error(path, `found ${address}; accepted: the other host's link-local address`)];
}

function isOf(family: IpFamily) {
  return ({ address }: { readonly address: IpAddress }) => familyOf(address) === family;
}
