import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { milliseconds } from "#base/time.ts";

import { runCommand } from "../apply/activate.ts";
import type { HostPlaces } from "./host-places.ts";

const pollInterval = milliseconds(100);

/** A reader without a card shows a block device too; what shows none in this time has none. */
const mostPolls = 50;

/**
 * Waits until udev has loaded the drivers of what was found when the kernel started, and until the
 * sticks among it show their block devices: usb-storage lets a stick rest for a second before it
 * looks. Without this, which of two volumes comes first would be a matter of luck.
 */
export async function settleDevices(
  places: HostPlaces,
  settleUdev: () => Promise<unknown> = () => runCommand(["udevadm", "settle", "--timeout=20"]),
): Promise<void> {
  await settleUdev();
  for (let polls = 0; polls < mostPolls && (await isLooking(places)); polls += 1) {
    await sleep(pollInterval);
  }
}

/** Whether a stick is bound to its driver and has no block device yet. */
async function isLooking({ usbDrivers }: HostPlaces): Promise<boolean> {
  for (const driver of usbDrivers) {
    // Interfaces are named such as 1-4:1.0.
    const bound = (await list(driver)).filter((name) => name.includes(":"));
    for (const name of bound) if (!(await hasBlockDevice(join(driver, name)))) return true;
  }
  return false;
}

/** Such as host2/target2:0:0/2:0:0:0/block below the interface. */
async function hasBlockDevice(directory: string): Promise<boolean> {
  for (const host of await listBeginning(directory, "host")) {
    for (const target of await listBeginning(host, "target")) {
      for (const unit of (await list(target)).filter((name) => name.includes(":"))) {
        if ((await list(join(target, unit, "block"))).length > 0) return true;
      }
    }
  }
  return false;
}

async function listBeginning(directory: string, start: string): Promise<string[]> {
  const names = await list(directory);
  return names.filter((name) => name.startsWith(start)).map((name) => join(directory, name));
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}
