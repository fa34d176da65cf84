import { compareIpAddresses, familyOf, type IpAddress, type IpFamily } from "#base/ip-address.ts";
import type { Config, VirtualRouterConfig } from "#config/config.ts";
import { sourcesFor } from "#config/rules/route-rules.ts";
import type { RefusedAddress, RouterSettings, RouteSettings } from "#engine/settings.ts";
import type { TrackEffect } from "#tracking/effective-priority.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { LegParameters, VirtualRouterParameters } from "#vrrp/virtual-router.ts";
import { virtualLinkName, virtualLinkOf } from "#vrrp/virtual-mac.ts";

/** What moves as one: each sync group, and each virtual router that is in none. */
export function toRouterSettings({ virtualRouters, syncGroups }: Config): RouterSettings[] {
  const groupOf = new Map(
    syncGroups.flatMap(({ name, members }) => members.map((member) => [member, name] as const)),
  );
  const units = Map.groupBy(virtualRouters, ({ name }) => groupOf.get(name) ?? name);
  return Array.from(units, ([name, members]) => toUnit(name, members));
}

function toUnit(name: string, members: readonly VirtualRouterConfig[]): RouterSettings {
  const [first] = members;
  if (first === undefined) throw new Error("a group has members");
  return {
    name,
    parameters: toParameters(first),
    legs: members.flatMap(toLegs).toSorted(compareLegs),
    refused: members.flatMap(toRefused),
    routes: members.flatMap(toRoutes),
    startDelay: first.startDelay,
    trackNginx: members.map(({ track }) => track.nginx).reduce(strongest),
    trackInterfaces: mergeTracked(members.flatMap(({ track }) => track.interfaces)),
    trackChecks: mergeTracked(members.flatMap(({ track }) => track.checks)),
    trackFiles: mergeFiles(members.flatMap(({ track }) => track.files)),
  };
}

function toParameters(router: VirtualRouterConfig): VirtualRouterParameters {
  const { priority, advertisementInterval, preemptDelay, lossCount } = router;
  const { rounds, repeatDelay, refreshInterval } = router.announcements;
  return {
    version: router.vrrpVersion,
    priority,
    advertisementInterval,
    preemptMode: router.preempt,
    preemptDelay,
    lossCount,
    announcements: { rounds, repeatDelay, refreshInterval },
  };
}

/** One for each family of its addresses. */
function toLegs(router: VirtualRouterConfig): LegParameters[] {
  const families = new Set(router.addresses.map(({ address }) => familyOf(address)));
  return Array.from(families, (family) => {
    const id = families.size === 1 ? router.name : `${router.name} ${family}`;
    return toLeg(router, id, family);
  });
}

function toLeg(router: VirtualRouterConfig, id: string, family: IpFamily): LegParameters {
  const { name, vrid, advertisementInterval, unicastPeers = [] } = router;
  const isOfFamily = ({ address }: { address: IpAddress }) => familyOf(address) === family;
  return {
    id,
    router: name,
    vrid,
    interfaceName: router.interface,
    version: router.vrrpVersion,
    advertisementInterval,
    addresses: router.addresses.filter(isOfFamily),
    ownsAddresses: router.priority === ownerPriority,
    authentication: router.authentication ?? { type: "none" },
    sentChecksum: router.checksum === "message_only" ? "message-only" : "with-pseudo-header",
    virtualLink: router.virtualMac ? virtualLinkOf(family, vrid, router.interface) : undefined,
    peers: unicastPeers
      .filter(isOfFamily)
      .map(({ address, minTtl, maxTtl }) => ({ address, minTtl, maxTtl })),
  };
}

/** The Address Owner accepts packets in either mode (RFC 9568, 6.1). */
function toRefused(router: VirtualRouterConfig): RefusedAddress[] {
  const { accept, priority, addresses, vrid, virtualMac, interface: usual } = router;
  if (accept || priority === ownerPriority) return [];
  return addresses.map(({ address, attributes }) => {
    const here = virtualMac ? virtualLinkName(familyOf(address), vrid, usual) : usual;
    return { address, interfaceName: attributes?.interface ?? here };
  });
}

function toRoutes(router: VirtualRouterConfig): RouteSettings[] {
  return router.routes.map((route) => {
    const { to: destination, via: gateway, interface: interfaceName, metric, table } = route;
    const [first] = sourcesFor(route, router);
    const { source = first } = route;
    return { router: router.name, destination, gateway, interfaceName, source, metric, table };
  });
}

/**
 * The first leg decides between equal priorities, so it must be the same one on both hosts: the one
 * with the lowest virtual address, since that is what they have in common.
 */
function compareLegs(left: LegParameters, right: LegParameters): number {
  return compareIpAddresses(lowestAddress(left), lowestAddress(right));
}

function lowestAddress({ addresses }: LegParameters): IpAddress {
  return addresses
    .map(({ address }) => address)
    .reduce((lowest, address) => (compareIpAddresses(lowest, address) <= 0 ? lowest : address));
}

/** What two members of a group track counts once, as the stronger of them wants it. */
function strongest(
  left: TrackEffect | undefined,
  right: TrackEffect | undefined,
): TrackEffect | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  if (left.type === "fault" || right.type === "fault") return { type: "fault" };
  return left.by >= right.by ? left : right;
}

function mergeFiles(
  files: readonly VirtualRouterConfig["track"]["files"][number][],
): RouterSettings["trackFiles"] {
  const faults = Map.groupBy(files, ({ path }) => path);
  return Array.from(faults, ([path, same]) => ({
    path,
    onNumber: same.some(({ fault }) => fault) ? "fault" : "lower-priority",
  }));
}

function mergeTracked(
  tracked: RouterSettings["trackInterfaces"],
): RouterSettings["trackInterfaces"] {
  const effects = new Map<string, TrackEffect>();
  for (const { name, effect } of tracked) {
    effects.set(name, strongest(effects.get(name), effect) ?? effect);
  }
  return Array.from(effects, ([name, effect]) => ({ name, effect }));
}
