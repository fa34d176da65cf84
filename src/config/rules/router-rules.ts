import { formatAddressPrefix, isIpv6LinkLocal } from "#base/ip-address.ts";

import { ownerPriority } from "#vrrp/constants.ts";

import type { VirtualRouterConfig } from "../config.ts";
import { formatDuration } from "../duration.ts";
import { error, quote, warning } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { checkAddresses, interfaceOf } from "./address-rules.ts";
import { checkFamilies, familiesOf } from "./family-rules.ts";
import type { ConfigParts } from "./parts.ts";
import { checkRoutes, routeId } from "./route-rules.ts";
import { checkTrack } from "./track-rules.ts";
import { type Claim, refuseRepeated } from "./claim.ts";
import { checkVirtualMac, virtualMacClaims } from "./virtual-mac-rules.ts";

/** Rules within one virtual router. */
export function checkRouter(router: VirtualRouterConfig, path: Path): Finding[] {
  return [
    ...checkInterval(router, path),
    ...checkAuthentication(router, path),
    ...checkAccept(router, path),
    ...checkTrack(router, path),
    ...checkPreemption(router, path),
    ...checkOwner(router, path),
    ...checkVirtualMac(router, path),
    ...checkPeers(router, path),
    ...checkFamilies(router, path),
    ...checkAddresses(router, path),
    ...checkRoutes(router, path),
  ];
}

/** RFC 3768, 5.3.7 counts in seconds in 8 bits, RFC 9568, 5.2.7 in centiseconds in 12 bits. */
function checkInterval(
  { vrrpVersion, advertisementInterval: interval }: VirtualRouterConfig,
  path: Path,
): Finding[] {
  const [step, least, most] = vrrpVersion === 2 ? [1000, 1000, 255_000] : [10, 10, 40_950];
  if (interval % step === 0 && interval >= least && interval <= most) return [];
  const accepted =
    vrrpVersion === 2 ? "whole seconds from 1s to 255s" : "10ms to 40.95s in steps of 10ms";
  const found = `found ${formatDuration(interval)} with vrrp_version ${vrrpVersion}`;
  return [error([...path, "advertisement_interval"], `${found}; accepted: ${accepted}`)];
}

function checkAuthentication(router: VirtualRouterConfig, path: Path): Finding[] {
  if (router.authentication === undefined || router.vrrpVersion === 2) return [];
  const message =
    "found authentication with vrrp_version 3, which has none; accepted: with vrrp_version 2";
  return [{ ...error([...path, "authentication"], message), at: "key" }];
}

function checkAccept({ accept, track }: VirtualRouterConfig, path: Path): Finding[] {
  if (accept || track.nginx === undefined) return [];
  const message = "with false nobody reaches nginx on the addresses, and track has nginx";
  return [warning([...path, "accept"], message)];
}

function checkPreemption({ preempt, preemptDelay }: VirtualRouterConfig, path: Path): Finding[] {
  if (preempt || preemptDelay === 0) return [];
  return [warning([...path, "preempt_delay"], "has no effect with preempt: false")];
}

/**
 * An owner's addresses stay on its host whatever happens: a failover because of something tracked
 * would put them on two hosts.
 */
function checkOwner({ priority, track }: VirtualRouterConfig, path: Path): Finding[] {
  const { nginx, ...lists } = track;
  const tracks = nginx !== undefined || Object.values(lists).some(({ length }) => length > 0);
  if (priority !== ownerPriority || !tracks) return [];
  const message =
    "found with priority 255, whose addresses stay on this host when it fails; accepted: with a priority of 1 to 254";
  return [{ ...error([...path, "track"], message), at: "key" }];
}

function checkPeers({ unicastPeers = [], addresses }: VirtualRouterConfig, path: Path): Finding[] {
  const peers = unicastPeers.map(({ address }) => address);
  return peers.flatMap((address, index): Finding[] => {
    const at = [...path, "unicast_peers", index];
    if (peers.indexOf(address) !== index) {
      return [error(at, `found ${address} twice; accepted: each peer once`)];
    }
    if (!addresses.some((prefix) => prefix.address === address)) return [];
    const message = `found ${address}, which is a virtual address`;
    return [error(at, `${message}; accepted: the other host's own address`)];
  });
}

/** Rules between virtual routers: names, VRIDs on one interface, and addresses are unique. */
export function checkRoutersTogether(routers: ConfigParts["virtualRouters"]): Finding[] {
  const claims = routers.flatMap((router, index) =>
    router === undefined ? [] : claimsOf(router, ["virtual_routers", index]),
  );
  return refuseRepeated(claims);
}

function claimsOf(router: VirtualRouterConfig, path: Path): Claim[] {
  const { name, vrid, interface: link, addresses, routes } = router;
  const vridPath = [...path, "vrid"];
  return [
    ...virtualMacClaims(router, path),
    { id: `name ${name}`, found: `the name ${quote(name)}`, path: [...path, "name"] },
    ...familiesOf(router).map((family): Claim => ({
      id: `vrid ${vrid} ${family} ${link}`,
      found: `VRID ${vrid} on ${quote(link)}`,
      path: vridPath,
    })),
    ...routes.map((route, index): Claim => ({
      id: routeId(route),
      found: `a route to ${formatAddressPrefix(route.to)} in table ${route.table} with metric ${route.metric}`,
      path: [...path, "routes", index],
    })),
    ...addresses.map((prefix, index): Claim => ({
      // A link-local address is another one on each interface.
      id: `address ${prefix.address} ${isIpv6LinkLocal(prefix.address) ? interfaceOf(router, prefix) : ""}`,
      found: `the address ${formatAddressPrefix(prefix)}`,
      path: [...path, "addresses", index],
    })),
  ];
}
