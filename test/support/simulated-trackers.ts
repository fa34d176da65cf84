import { milliseconds, seconds } from "#base/time.ts";
import type { CheckSettings, EngineSettings, RouterSettings } from "#engine/settings.ts";
import { engineSettings, routerSettings, SimulatedHost } from "./simulated-host.ts";

export const check: CheckSettings = {
  name: "db",
  interval: seconds(2),
  timeout: seconds(1),
  rise: 2,
  fall: 2,
  phase: { first: milliseconds(0), shift: milliseconds(0) },
  probe: { type: "script", command: ["/check/db"], user: "nobody" },
};

export function settingsWith(track: Partial<RouterSettings>): EngineSettings {
  return { ...engineSettings, routers: [{ ...routerSettings, ...track }], checks: [check] };
}

/** A host whose Virtual Router tracks the check `db` and the file `/m`. */
export function hostWithTrackers(): SimulatedHost {
  const trackChecks = [{ name: "db", effect: { type: "fault" } }] as const;
  const trackFiles = [{ path: "/m", onNumber: "lower-priority" }] as const;
  return new SimulatedHost(settingsWith({ trackChecks, trackFiles })).start();
}
