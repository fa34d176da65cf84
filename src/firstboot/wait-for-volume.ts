import { setTimeout as sleep } from "node:timers/promises";

import { milliseconds } from "#base/time.ts";

import { listBlockDevices } from "./seed/block-devices.ts";
import type { HostPlaces } from "./seed/host-places.ts";

const pollInterval = milliseconds(1000);

/** A drive may not say that its medium was changed: look at it now and then all the same. */
const mostUnchangedPolls = 15;

/** What there is to look at. Taken before looking, so that nothing comes unnoticed meanwhile. */
export async function listDevices(places: HostPlaces): Promise<string> {
  const devices = await listBlockDevices(places);
  return devices.map(({ path, sectors }) => `${path} ${sectors}`).join("\n");
}

/** Waits until devices came, went or changed their size since `before`, or some seconds are over. */
export async function waitForChange(places: HostPlaces, before: string): Promise<void> {
  for (let polls = 0; polls < mostUnchangedPolls; polls += 1) {
    await sleep(pollInterval);
    if ((await listDevices(places)) !== before) return;
  }
}
