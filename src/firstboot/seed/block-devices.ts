import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { HostPlaces } from "./host-places.ts";
import type { ReadAt } from "./volume.ts";

/** A disk, a partition or a CD drive. */
export interface BlockDevice {
  readonly path: string;
  /** In units of 512 bytes, whatever the device's own (Documentation/ABI/stable/sysfs-block). */
  readonly sectors: number;
}

/** What never carries a first-boot configuration; a floppy drive without a disk takes seconds. */
const uninteresting = /^(loop|ram|zram|dm-|md|nbd|fd)\d/;

/** In the order of NoCloud: names sorted, the last one first. */
export async function listBlockDevices(places: HostPlaces): Promise<BlockDevice[]> {
  const names = await readdir(places.blockDevices).catch(() => []);
  const wanted = names.filter((name) => !uninteresting.test(name)).sort();
  const devices = await Promise.all(
    wanted.map(async (name) => ({
      // sysfs writes "!" for the "/" in names such as cciss/c0d0.
      path: join(places.devices, name.replaceAll("!", "/")),
      sectors: await readSectors(join(places.blockDevices, name, "size")),
    })),
  );
  return devices.filter(({ sectors }) => sectors > 0).toReversed();
}

async function readSectors(path: string): Promise<number> {
  return Number(await readFile(path, "utf8").catch(() => "0"));
}

/** Opens a device for reading, and closes it whatever `use` does. */
export async function withDevice<Result>(
  path: string,
  use: (read: ReadAt) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, "r");
  try {
    return await use(async (offset, length) => {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await handle.close();
  }
}
