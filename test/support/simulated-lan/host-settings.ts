import { milliseconds } from "#base/time.ts";
import type { EngineSettings, RouterSettings } from "#engine/settings.ts";
import type { LegParameters } from "#vrrp/virtual-router.ts";
import { engineSettings, routerSettings } from "../simulated-host.ts";
import { referenceLeg } from "../vrrp-fixtures.ts";
import { interfaceName, routerName, trackedInterface, virtualAddresses, vridOf } from "./names.ts";
import { hostName, type HostPlan, type Scenario } from "./scenario.ts";

/** What the configuration of one host of the scenario would say. */
export function hostSettings(scenario: Scenario, host: number): EngineSettings {
  const plan = scenario.hosts[host];
  if (plan === undefined) throw new Error(`the scenario has a host ${host}`);
  const delays = { up: milliseconds(plan.upDelay), down: milliseconds(plan.downDelay) };
  const names = [...count(scenario.segments).map(interfaceName), trackedInterface];
  return {
    ...engineSettings,
    notifications: { routerId: hostName(host), mailLimit: undefined, hooks: {} },
    routers: count(scenario.routers).map((router) => settingsOf(scenario, plan, router)),
    interfaceDelays: new Map(names.map((name) => [name, delays])),
  };
}

export function count(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function settingsOf(scenario: Scenario, plan: HostPlan, router: number): RouterSettings {
  const { version, lossCount, segments } = scenario;
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
    legs: count(segments).map((segment) => legOf(scenario, plan, { router, segment })),
    startDelay: milliseconds(plan.startDelay),
    trackInterfaces: [{ name: trackedInterface, effect }],
  };
}

function legOf(
  { version }: Scenario,
  { interval }: HostPlan,
  { router, segment }: { readonly router: number; readonly segment: number },
): LegParameters {
  return {
    ...referenceLeg,
    id: `${routerName(router)} ${interfaceName(segment)}`,
    router: routerName(router),
    vrid: vridOf(router),
    interfaceName: interfaceName(segment),
    version,
    advertisementInterval: milliseconds(interval),
    addresses: virtualAddresses(segment, router).map((address) => {
      return { address, prefixLength: 32 };
    }),
  };
}
