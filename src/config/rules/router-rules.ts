import { formatAddressPrefix, isIpv6LinkLocal } from "#base/ip-address.ts";

import { ownerPriority } from "#vrrp/constants.ts";

import type { VirtualRouterConfig } from "../config.ts";
import { formatDuration } from "../duration.ts";
import { error, quote, warning } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { checkFamilies, familiesOf } from "./family-rules.ts";
import type { ConfigParts } from "./parts.ts";
import { findWeights } from "./weights.ts";

/** Rules within one virtual router. */
export function checkRouter(router: VirtualRouterConfig, path: Path): Finding[] {
  return [
    ...checkInterval(router, path),
    ...checkAuthentication(router, path),
    ...checkAccept(router, path),
    ...checkWeights(router, path),
    ...checkTrackedTwice(router, path),
    ...checkTrackedFiles(router, path),
    ...checkPreemption(router, path),
    ...checkOwner(router, path),
    ...checkPeers(router, path),
    ...checkFamilies(router, path),
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

const weightWithoutPreemption =
  "found a weight with preempt: false, under which a higher priority elsewhere takes over nothing";

function checkWeights(router: VirtualRouterConfig, path: Path): Finding[] {
  return findWeights(router).flatMap((weight): Finding[] => {
    const at = [...path, ...weight.path];
    if (!router.preempt) {
      return [error(at, `${weightWithoutPreemption}; accepted: on_failure: fault`)];
    }
    if (weight.by < router.priority) return [];
    const message = `lowers priority ${router.priority} by ${weight.by}; the result is 1, not less`;
    return [warning(at, message)];
  });
}

function checkTrackedTwice({ track }: VirtualRouterConfig, path: Path): Finding[] {
  const at = (key: string) => [...path, "track", key];
  return [
    ...findTwice(track.interfaces, "name", at("interfaces"), "each interface once"),
    ...findTwice(track.checks, "name", at("checks"), "each check once"),
    ...findTwice(track.files, "path", at("files"), "each file once"),
  ];
}

function findTwice<Key extends string>(
  entries: readonly Readonly<Record<Key, string>>[],
  key: Key,
  path: Path,
  accepted: string,
): Finding[] {
  const values = entries.map((entry) => entry[key]);
  return values.flatMap((value, index): Finding[] =>
    values.indexOf(value) === index
      ? []
      : [error([...path, index, key], `found ${quote(value)} twice; accepted: ${accepted}`)],
  );
}

/** A number in a file is a weight that nobody knows beforehand. */
function checkTrackedFiles({ preempt, track }: VirtualRouterConfig, path: Path): Finding[] {
  if (preempt) return [];
  return track.files.flatMap(({ fault }, index): Finding[] => {
    const at = [...path, "track", "files", index, "path"];
    return fault ? [] : [error(at, `${weightWithoutPreemption}; accepted: on_failure: fault`)];
  });
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

/** A thing that must not occur twice, and where. */
interface Claim {
  readonly id: string;
  readonly found: string;
  readonly path: Path;
}

/** Rules between virtual routers: names, VRIDs on one interface, and addresses are unique. */
export function checkRoutersTogether(routers: ConfigParts["virtualRouters"]): Finding[] {
  const claims = routers.flatMap((router, index) =>
    router === undefined ? [] : claimsOf(router, ["virtual_routers", index]),
  );
  const taken = new Set<string>();
  const again = claims.filter(({ id }) => taken.size === taken.add(id).size);
  // A VRID that is taken in both families is told of once.
  const byPlace = new Map(again.map((claim) => [claim.path, claim]));
  return Array.from(byPlace.values(), ({ path, found }) =>
    error(path, `found ${found} a second time; accepted: each once`),
  );
}

function claimsOf(router: VirtualRouterConfig, path: Path): Claim[] {
  const { name, vrid, interface: link, addresses } = router;
  const vridPath = [...path, "vrid"];
  return [
    { id: `name ${name}`, found: `the name ${quote(name)}`, path: [...path, "name"] },
    ...familiesOf(router).map((family): Claim => ({
      id: `vrid ${vrid} ${family} ${link}`,
      found: `VRID ${vrid} on ${quote(link)}`,
      path: vridPath,
    })),
    ...addresses.map((prefix, index): Claim => ({
      // A link-local address is another one on each interface.
      id: `address ${prefix.address} ${isIpv6LinkLocal(prefix.address) ? link : ""}`,
      found: `the address ${formatAddressPrefix(prefix)}`,
      path: [...path, "addresses", index],
    })),
  ];
}
