import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Plan } from "../plan/plan.ts";
import type { Seed, SeedFiles } from "../seed/seed.ts";
import { privateFile, writeAtomically } from "./atomic-file.ts";

const version = 1;

/** The last good configuration, as it was applied and where it came from. */
export interface StoredConfiguration {
  readonly version: typeof version;
  readonly origin: string;
  readonly instanceId: string;
  /** ISO 8601; the clock of the box may have been wrong. */
  readonly appliedAt: string;
  /** SHA-256 of the seed's files by their names. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly plan: Plan;
}

export type StoredReading =
  | { readonly type: "none" }
  | { readonly type: "found"; readonly stored: StoredConfiguration }
  | { readonly type: "damaged"; readonly problem: string };

/** One file, so that plan and hashes are always of one configuration. For root alone: passwords. */
export function storedPath(root: string): string {
  return join(root, "/var/lib/gatepair/firstboot/last-good.json");
}

export async function readStored(root: string): Promise<StoredReading> {
  try {
    const stored = JSON.parse(await readFile(storedPath(root), "utf8")) as StoredConfiguration;
    return stored.version === version && Array.isArray(stored.plan?.files)
      ? { type: "found", stored }
      : { type: "damaged", problem: "it is of another version of gatepair" };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { type: "none" } : { type: "damaged", problem: message };
  }
}

export async function writeStored(
  root: string,
  seed: Seed,
  applied: Pick<StoredConfiguration, "instanceId" | "plan">,
): Promise<void> {
  const stored: StoredConfiguration = {
    version,
    origin: seed.origin,
    instanceId: applied.instanceId,
    appliedAt: new Date().toISOString(),
    hashes: hashFiles(seed.files),
    plan: applied.plan,
  };
  await writeAtomically(storedPath(root), `${JSON.stringify(stored, null, 1)}\n`, privateFile);
}

export function hashFiles(files: SeedFiles): Record<string, string> {
  const entries = Object.entries(files).map(([part, { bytes }]) => [part, sha256(bytes)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => left.localeCompare(right)));
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function isSame(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => left[key] === right[key]);
}
