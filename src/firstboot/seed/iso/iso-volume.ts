import { largestFile } from "../volume.ts";
import type { ReadAt, Volume, VolumeFile } from "../volume.ts";
import { readTrees } from "./descriptors.ts";
import type { IsoTree } from "./descriptors.ts";
import { parseDirectory } from "./directory.ts";
import type { IsoEntry } from "./directory.ts";

const mostRootBytes = 1024 * 1024;

/** Nothing when the device holds no ISO 9660. */
export async function openIso(read: ReadAt): Promise<Volume | undefined> {
  const trees = await readTrees(read);
  if (trees.length === 0) return undefined;
  return {
    type: "iso9660",
    labels: [...new Set(trees.map(({ label }) => label))].filter((label) => label !== ""),
    listFiles: async () => {
      const entries = await chooseEntries(read, trees);
      return entries.map((entry) => toVolumeFile(read, entry));
    },
  };
}

/** Rock Ridge keeps names as they were, Joliet nearly; without both they are mangled to 8.3. */
async function chooseEntries(read: ReadAt, trees: readonly IsoTree[]): Promise<IsoEntry[]> {
  const [primary, joliet] = await Promise.all(
    [false, true].map(async (wanted) => {
      const tree = trees.find((each) => each.joliet === wanted);
      return tree === undefined ? [] : readEntries(read, tree);
    }),
  );
  if (primary?.some((entry) => entry.hasRockRidgeName) === true) return primary;
  return joliet === undefined || joliet.length === 0 ? (primary ?? []) : joliet;
}

async function readEntries(read: ReadAt, tree: IsoTree): Promise<IsoEntry[]> {
  const bytes = await read(tree.rootOffset, Math.min(tree.rootBytes, mostRootBytes));
  return parseDirectory(bytes, tree.joliet);
}

function toVolumeFile(read: ReadAt, { name, size, offset }: IsoEntry): VolumeFile {
  return {
    name,
    size,
    async read() {
      if (size > largestFile) return undefined;
      const bytes = await read(offset, size);
      return bytes.length === size ? bytes : undefined;
    },
  };
}
