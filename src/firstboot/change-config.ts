import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { privateFile, writeAtomically } from "./apply/atomic-file.ts";
import { configOf, readOwnConfig, writeOwnConfig } from "./apply/own-config.ts";
import { readStored } from "./apply/state.ts";
import { gatepairConfigPath } from "./plan/plan.ts";

export interface ConfigInForce {
  /** Nothing when there is no configuration. */
  readonly text: string | undefined;
  readonly from: "first-boot" | "apply" | "file";
}

/** The configuration that gatepair runs with, and where it came from. */
export async function readConfigInForce(root: string): Promise<ConfigInForce> {
  const text = await readFile(join(root, gatepairConfigPath), "utf8").catch(() => undefined);
  const own = await readOwnConfig(root);
  if (own !== undefined && own.text === text) return { text, from: "apply" };
  return { text, from: text === (await readFirstBootConfig(root)) ? "first-boot" : "file" };
}

/** Puts a configuration in force from now on; the caller has checked it. */
export async function replaceConfig(root: string, text: string): Promise<void> {
  await writeOwnConfig(root, text, (await readFirstBootConfig(root)) ?? "");
  await writeAtomically(join(root, gatepairConfigPath), text, privateFile);
}

async function readFirstBootConfig(root: string): Promise<string | undefined> {
  const reading = await readStored(root);
  return reading.type === "found" ? configOf(reading.stored.plan) : undefined;
}
