import { largestFile } from "../volume.ts";
import type { ReadAt, Volume, VolumeFile } from "../volume.ts";
import { parseBootSector } from "./boot-sector.ts";
import type { FatLayout } from "./boot-sector.ts";
import { readChain } from "./clusters.ts";
import { parseDirectory } from "./directory.ts";
import type { FatEntry } from "./directory.ts";

/** Many thousand entries; more are no first-boot volume. */
const mostRootBytes = 1024 * 1024;

/** Nothing when the device holds no FAT12, FAT16 or FAT32. */
export async function openFat(read: ReadAt): Promise<Volume | undefined> {
  const layout = parseBootSector(await read(0, 512));
  if (layout === undefined) return undefined;
  const { label, files } = parseDirectory(await readRoot(read, layout));
  return {
    type: "vfat",
    labels: [...new Set([label, layout.bootLabel])].filter((each) => each !== ""),
    listFiles: async () => files.map((entry) => toVolumeFile(read, layout, entry)),
  };
}

async function readRoot(read: ReadAt, layout: FatLayout): Promise<Uint8Array> {
  if (layout.bits !== 32) return read(layout.rootOffset, layout.rootBytes);
  const bytes = await readChain(read, layout, layout.rootCluster, mostRootBytes);
  return bytes ?? new Uint8Array();
}

function toVolumeFile(read: ReadAt, layout: FatLayout, entry: FatEntry): VolumeFile {
  const { name, size, firstCluster } = entry;
  return {
    name,
    size,
    async read() {
      if (size === 0) return new Uint8Array();
      if (size > largestFile) return undefined;
      const bytes = await readChain(read, layout, firstCluster, size);
      return bytes?.length === size ? bytes : undefined;
    },
  };
}
