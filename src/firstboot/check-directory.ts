import { gunzip } from "./gunzip.ts";
import { makePlan } from "./plan/make-plan.ts";
import type { Planning } from "./plan/make-plan.ts";
import { readSeedDirectory } from "./seed/read-directory.ts";
import { isComplete } from "./seed/seed.ts";

/** Checks the files for a volume before they are put there; nothing when there is no seed. */
export async function checkDirectory(directory: string): Promise<Planning | undefined> {
  const files = await readSeedDirectory(directory);
  if (files === undefined || !isComplete(files)) return undefined;
  return makePlan({ origin: directory, files }, gunzip);
}
