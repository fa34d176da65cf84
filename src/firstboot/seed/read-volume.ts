import { withDevice } from "./block-devices.ts";
import type { BlockDevice } from "./block-devices.ts";
import { openFat } from "./fat/fat-volume.ts";
import { openIso } from "./iso/iso-volume.ts";
import { describeFiles } from "./seed.ts";
import type { SeedFile } from "./seed.ts";
import { matchSeedNames } from "./seed-names.ts";
import type { NameMatches, SeedFileName } from "./seed-names.ts";
import type { ReadAt, Volume, VolumeFile } from "./volume.ts";

/** What a device holds, as far as it matters here. */
export interface VolumeReading {
  readonly origin: string;
  readonly files: Readonly<Partial<Record<SeedFileName, SeedFile>>>;
  /** For the report; nothing for a device that is simply something else. */
  readonly found: string;
}

export async function readVolume(device: BlockDevice): Promise<VolumeReading> {
  try {
    return await withDevice(device.path, (read) => readOpenVolume(device.path, read));
  } catch (error) {
    return { origin: device.path, files: {}, found: describeFailure(error) };
  }
}

async function readOpenVolume(path: string, read: ReadAt): Promise<VolumeReading> {
  const volume = (await openFat(read)) ?? (await openIso(read));
  if (volume === undefined) return { origin: path, files: {}, found: "no vfat or iso9660" };
  const label = volume.labels.find((each) => each.toLowerCase() === "cidata");
  if (label === undefined) {
    const found = `${volume.type} with the label ${JSON.stringify(volume.labels[0] ?? "")}`;
    return { origin: path, files: {}, found };
  }
  const origin = `${path} (${volume.type}, ${label})`;
  return { origin, ...(await readSeedFiles(volume)) };
}

async function readSeedFiles(volume: Volume): Promise<Pick<VolumeReading, "files" | "found">> {
  const available = await volume.listFiles();
  const matches = matchSeedNames(available.map(({ name }) => name));
  const files: Partial<Record<SeedFileName, SeedFile>> = {};
  const problems: string[] = [];
  for (const { wanted, found } of matches.files) {
    const bytes = await findFile(available, found)?.read();
    if (bytes === undefined)
      problems.push(`${found} cannot be read: damaged, or larger than 4 MiB`);
    else files[wanted] = { name: found, bytes };
  }
  return { files, found: summarize(files, matches, problems) };
}

function findFile(files: readonly VolumeFile[], name: string): VolumeFile | undefined {
  return files.find((file) => file.name === name);
}

function summarize(
  files: VolumeReading["files"],
  matches: NameMatches,
  problems: readonly string[],
): string {
  return [describeFiles(files), ...matches.notes, ...problems].join("; ");
}

const reasons: Readonly<Record<string, string>> = {
  ENOMEDIUM: "no medium",
  ENXIO: "no device",
  ENOENT: "gone",
  EIO: "cannot be read",
};

function describeFailure(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
