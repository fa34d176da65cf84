import { describeCondition } from "#alerts/conditions.ts";
import type { TrackEffect, TrackFailure } from "#tracking/effective-priority.ts";
import type { HealthUnit } from "./tracking/health-unit.ts";
import type { InterfaceUnit } from "./network/interface-unit.ts";
import type { NginxUnit } from "./tracking/nginx-unit.ts";
import type { Obstacles, RouterUnit } from "./router/router-unit.ts";
import type { Trackers } from "./tracking/trackers.ts";

const fault: TrackEffect = { type: "fault" };

/** What the engine knows of the world around a Virtual Router. */
interface Surroundings {
  readonly interfaces: ReadonlyMap<string, InterfaceUnit>;
  readonly nginx: NginxUnit | undefined;
  readonly health: HealthUnit;
  readonly trackers: Trackers;
  readonly filterFailure: string | undefined;
}

/** All that stands against a Virtual Router now, gathered from everything that it depends on. */
export function obstaclesOf(router: RouterUnit, around: Surroundings): Obstacles {
  const awaited = awaitedAddress(router);
  const failures = [
    ...interfaceFailures(router, around.interfaces),
    ...addressFailures(router, awaited),
    ...ownFailures(router),
    ...acceptFailures(router, around.filterFailure),
    ...nginxFailures(router, around.nginx),
    ...around.trackers.failures(router.settings),
    ...around.health.failures(),
  ];
  const pending =
    pendingLink(router) ??
    awaited ??
    pendingReason(router, around.nginx) ??
    around.trackers.pending(router.settings);
  return { failures, pending };
}

function interfaceFailures(
  router: RouterUnit,
  interfaces: ReadonlyMap<string, InterfaceUnit>,
): TrackFailure[] {
  const carriers = new Set(router.legs.flatMap((leg) => [...leg.places.interfaces]));
  const carrying = Array.from(carriers, (unit) => ({ unit, effect: fault }));
  const tracked = router.settings.trackInterfaces.map(({ name, effect }) => {
    return { unit: interfaces.get(name), effect };
  });
  return [...carrying, ...tracked].flatMap(({ unit, effect }) => {
    const failure = unit?.failure();
    if (unit === undefined || failure === undefined) return [];
    const reason = describeCondition({ ...failure, subject: unit.name });
    return [{ source: `interface ${unit.name}`, reason, effect }];
  });
}

function ownFailures({ legs, mute }: RouterUnit): TrackFailure[] {
  const failures: TrackFailure[] = [];
  for (const { problem } of legs) {
    if (problem === undefined) continue;
    failures.push({ source: "addresses", reason: problem, effect: fault });
  }
  if (mute) {
    const reason = "Advertisements could not be sent";
    failures.push({ source: "sending", reason, effect: fault });
  }
  return failures;
}

/** A router that would accept what it must not is worse than none. */
function acceptFailures({ settings }: RouterUnit, failure: string | undefined): TrackFailure[] {
  if (failure === undefined || settings.refused.length === 0) return [];
  const reason = `packets to its addresses cannot be dropped: ${failure}`;
  return [{ source: "packet filter", reason, effect: fault }];
}

function nginxFailures({ settings }: RouterUnit, nginx: NginxUnit | undefined): TrackFailure[] {
  const effect = settings.trackNginx;
  if (effect === undefined || nginx === undefined) return [];
  const { status, reason } = nginx.health;
  const failed = status === "failed" || status === "stopped-by-operator";
  return failed ? [{ source: "nginx", reason, effect }] : [];
}

function pendingLink({ legs }: RouterUnit): string | undefined {
  return legs.find(({ virtualLink }) => virtualLink?.pending !== undefined)?.virtualLink?.pending;
}

function awaitedAddress({ legs }: RouterUnit): string | undefined {
  return legs.find((leg) => leg.interface.pending !== undefined)?.interface.pending;
}

/** Before a role is taken it is only waited for; whoever has one cannot speak any more. */
function addressFailures({ state }: RouterUnit, reason: string | undefined): TrackFailure[] {
  const isIdle = state.role === "initialize" || state.role === "fault";
  if (reason === undefined || isIdle) return [];
  return [{ source: "addresses", reason, effect: fault }];
}

/** An nginx that is on its way up is no reason to give up a role, but none to take one either. */
function pendingReason({ settings }: RouterUnit, nginx: NginxUnit | undefined): string | undefined {
  if (settings.trackNginx === undefined || nginx?.health.status !== "starting") return undefined;
  return nginx.health.reason;
}
