import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import type { SeedFile, SeedPart } from "./seed.ts";
import { seedFileNames } from "./seed-names.ts";

type MutableFiles = Partial<Record<SeedPart, SeedFile>>;

/** The seed's files of a directory; nothing when there is no such directory. */
export async function readSeedDirectory(directory: string): Promise<MutableFiles | undefined> {
  return readNamed(
    directory,
    seedFileNames.map((part) => ({ part, name: part })),
  );
}

/** Credentials (systemd.exec(5), "Credentials"): `gatepair.config`, or the files of NoCloud. */
export async function readCredentials(directory: string): Promise<MutableFiles | undefined> {
  const files = seedFileNames.map((part) => ({ part, name: `gatepair.${part}` }));
  return readNamed(directory, [{ part: "gatepair.config", name: "gatepair.config" }, ...files]);
}

async function readNamed(
  directory: string,
  wanted: readonly { readonly part: SeedPart; readonly name: string }[],
): Promise<MutableFiles | undefined> {
  const names = await readdir(directory).catch(() => undefined);
  if (names === undefined) return undefined;
  const files: MutableFiles = {};
  for (const { part, name } of wanted.filter((each) => names.includes(each.name))) {
    files[part] = { name, bytes: await readFile(join(directory, name)) };
  }
  return files;
}
