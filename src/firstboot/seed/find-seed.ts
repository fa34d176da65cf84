import { readFile } from "node:fs/promises";

import { listBlockDevices } from "./block-devices.ts";
import type { HostPlaces } from "./host-places.ts";
import { parseNoCloudText, splitCommandLine } from "./nocloud-text.ts";
import type { NoCloudText } from "./nocloud-text.ts";
import { readCredentials, readSeedDirectory } from "./read-directory.ts";
import { readVolume } from "./read-volume.ts";
import { describeFiles, isComplete } from "./seed.ts";
import type { Look, Search, Seed } from "./seed.ts";

/** What one place gave: a line for the report, and perhaps a seed. */
interface Place {
  readonly look: Look;
  readonly seed?: Seed;
}

/**
 * Looks everywhere, in the order of cloud-init's NoCloud: SMBIOS serial, kernel command line,
 * volumes labelled cidata; then systemd's credentials. The first complete seed is it; the others
 * are named, so that nobody wonders why theirs has no effect.
 */
export async function findSeed(places: HostPlaces): Promise<Search> {
  const serial = await readText(places.smbiosSerial);
  const commandLine = await readText(places.commandLine);
  const texts = [
    describeText("SMBIOS serial", serial === undefined ? [] : [serial]),
    describeText("kernel command line", splitDs(commandLine)),
  ];
  const found = [
    ...(await Promise.all(texts.map(({ place, text }) => lookAtText(place, text)))),
    ...(await lookAtVolumes(places)),
    await lookAtCredentials(places),
  ];
  return chooseSeed(
    found,
    texts.flatMap(({ text }) => text ?? []),
  );
}

function splitDs(commandLine: string | undefined): string[] {
  return splitCommandLine(commandLine ?? "").filter((word) => word.startsWith("ds="));
}

interface PlacedText {
  readonly place: string;
  readonly text: NoCloudText | undefined;
}

function describeText(place: string, words: readonly string[]): PlacedText {
  return { place, text: words.map(parseNoCloudText).findLast((each) => each !== undefined) };
}

async function lookAtText(place: string, text: NoCloudText | undefined): Promise<Place> {
  if (text === undefined) return { look: { place, found: "does not name NoCloud" } };
  const found = ["ds=nocloud", ...text.problems];
  if (text.directory === undefined) return { look: { place, found: found.join("; ") } };
  const files = await readSeedDirectory(text.directory);
  found.push(
    `${text.directory}: ${files === undefined ? "no such directory" : describeFiles(files)}`,
  );
  const look = { place, found: found.join("; ") };
  return files !== undefined && isComplete(files)
    ? { look, seed: { origin: `${text.directory} (from the ${place})`, files } }
    : { look };
}

async function lookAtVolumes(places: HostPlaces): Promise<Place[]> {
  const devices = await listBlockDevices(places);
  if (devices.length === 0) return [{ look: { place: "volumes", found: "no block devices" } }];
  // One after the other: nobody waits for it, and it asks least of sticks and CD drives.
  const found: Place[] = [];
  for (const device of devices) {
    const { origin, files, found: text } = await readVolume(device);
    const look = { place: origin, found: text };
    found.push(isComplete(files) ? { look, seed: { origin, files } } : { look });
  }
  return found;
}

async function lookAtCredentials(places: HostPlaces): Promise<Place> {
  const place = "systemd credentials";
  for (const directory of places.credentials) {
    const files = await readCredentials(directory);
    if (files === undefined || Object.keys(files).length === 0) continue;
    const look = { place, found: describeFiles(files) };
    return isComplete(files) ? { look, seed: { origin: place, files } } : { look };
  }
  return { look: { place, found: "no configuration" } };
}

function chooseSeed(found: readonly Place[], texts: readonly NoCloudText[]): Search {
  const first = found.find(({ seed }) => seed !== undefined);
  const looks = found.map(({ look, seed }) =>
    seed === undefined || seed === first?.seed
      ? look
      : { ...look, found: `${look.found}; not used` },
  );
  if (first?.seed === undefined) return { seed: undefined, looks };
  const hostname = texts.find((text) => text.hostname !== undefined)?.hostname;
  const instanceId = texts.find((text) => text.instanceId !== undefined)?.instanceId;
  const named = { ...(hostname && { hostname }), ...(instanceId && { instanceId }) };
  return { seed: { ...first.seed, ...named }, looks };
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}
