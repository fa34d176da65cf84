import { hostPrefixLength, type IpAddress } from "#base/ip-address.ts";
import { milliseconds } from "#base/time.ts";
import type { EngineSettings, RouterSettings } from "#engine/settings.ts";
import { vrrpTimeToLive } from "#vrrp/constants.ts";
import { virtualLinkOf } from "#vrrp/virtual-mac.ts";
import type { LegParameters, UnicastPeer } from "#vrrp/virtual-router.ts";
import { engineSettings, routerSettings } from "../simulated-host.ts";
import { referenceLeg } from "../vrrp-fixtures.ts";
import {
  interfaceName,
  ownAddress,
  type Place,
  routerName,
  trackedInterface,
  virtualAddresses,
  vridOf,
} from "./names.ts";
import { hostName, type HostPlan, isOwner, placesOf, type Scenario } from "./scenario.ts";

/** What the configuration of one host of the scenario would say. */
export function hostSettings(scenario: Scenario, host: number): EngineSettings {
  const plan = planOf(scenario, host);
  const delays = { up: milliseconds(plan.upDelay), down: milliseconds(plan.downDelay) };
  const names = [...count(scenario.segments).map(interfaceName), trackedInterface];
  return {
    ...engineSettings,
    notifications: { routerId: hostName(host), mailLimit: undefined, hooks: {} },
    routers: count(scenario.routers).map((router) => settingsOf(scenario, host, router)),
    interfaceDelays: new Map(names.map((name) => [name, delays])),
  };
}

export function count(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

export function planOf({ hosts }: Scenario, host: number): HostPlan {
  const plan = hosts[host];
  if (plan === undefined) throw new Error(`the scenario has a host ${host}`);
  return plan;
}

/** On one interface of a host. Its own of each family come first: it sends from there. */
export function ownAddressesOn(scenario: Scenario, host: number, segment: number): IpAddress[] {
  const places = placesOf(scenario).filter((place) => place.segment === segment);
  const owned = count(scenario.routers).filter((router) => isOwner(planOf(scenario, host), router));
  return [
    ...places.map((place) => ownAddress(place, host)),
    ...places.flatMap((place) => owned.flatMap((router) => virtualAddresses(place, router))),
  ];
}

function settingsOf(scenario: Scenario, host: number, router: number): RouterSettings {
  const { version, lossCount } = scenario;
  const plan = planOf(scenario, host);
  const { onFailure } = plan;
  const effect =
    onFailure === "fault"
      ? ({ type: "fault" } as const)
      : ({ type: "lower-priority", by: onFailure } as const);
  return {
    ...routerSettings,
    name: routerName(router),
    parameters: {
      ...routerSettings.parameters,
      version,
      advertisementInterval: milliseconds(plan.interval),
      priority: plan.priorities[router] ?? 100,
      preemptMode: plan.preempt,
      preemptDelay: milliseconds(plan.preemptDelay),
      lossCount,
      announcements: {
        ...routerSettings.parameters.announcements,
        refreshInterval: milliseconds(scenario.refreshInterval),
      },
    },
    legs: placesOf(scenario).map((place) => legOf(scenario, { host, router, place })),
    startDelay: milliseconds(plan.startDelay),
    // The addresses of an owner stay where they are: the configuration lets it track nothing.
    trackInterfaces: isOwner(plan, router) ? [] : [{ name: trackedInterface, effect }],
  };
}

interface LegPlan {
  readonly host: number;
  readonly router: number;
  readonly place: Place;
}

function legOf(scenario: Scenario, { host, router, place }: LegPlan): LegParameters {
  const plan = planOf(scenario, host);
  const name = interfaceName(place.segment);
  const ownsAddresses = isOwner(plan, router);
  const hasVirtualMac = scenario.virtualMac && !ownsAddresses;
  return {
    ...referenceLeg,
    id: `${routerName(router)} ${name} ${place.family}`,
    router: routerName(router),
    vrid: vridOf(router),
    interfaceName: name,
    version: scenario.version,
    advertisementInterval: milliseconds(plan.interval),
    addresses: virtualAddresses(place, router).map((address) => {
      return { address, prefixLength: hostPrefixLength(address) };
    }),
    ownsAddresses,
    virtualLink: hasVirtualMac ? virtualLinkOf(place.family, vridOf(router), name) : undefined,
    peers: scenario.unicast ? peersOf(scenario, host, place) : [],
  };
}

function peersOf({ hosts }: Scenario, host: number, place: Place): UnicastPeer[] {
  const others = count(hosts.length).filter((other) => other !== host);
  return others.map((other) => {
    return { address: ownAddress(place, other), minTtl: vrrpTimeToLive, maxTtl: vrrpTimeToLive };
  });
}
