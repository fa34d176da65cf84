import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";

import { gatepairConfigPath, textFile } from "../plan/plan.ts";
import type { Plan } from "../plan/plan.ts";
import { privateFile, writeAtomically } from "./atomic-file.ts";
import { sha256 } from "./state.ts";

/**
 * A configuration that `gatepair config apply` put in place of the first-boot document's. It holds
 * until that document's own section changes: the later of two changes wins.
 */
export interface OwnConfig {
  readonly text: string;
  /** SHA-256 of the first-boot document's configuration that it replaced. */
  readonly replaces: string;
}

export type ConfigChoice =
  | { readonly type: "seed" }
  | { readonly type: "own" }
  | { readonly type: "superseded"; readonly kept: string };

function ownPath(root: string): string {
  return join(root, "/var/lib/gatepair/config/own.json");
}

export async function readOwnConfig(root: string): Promise<OwnConfig | undefined> {
  try {
    const own = JSON.parse(await readFile(ownPath(root), "utf8")) as OwnConfig;
    return typeof own.text === "string" ? own : undefined;
  } catch {
    return undefined;
  }
}

export async function writeOwnConfig(
  root: string,
  text: string,
  seedConfig: string,
): Promise<void> {
  const own: OwnConfig = { text, replaces: sha256(seedConfig) };
  await writeAtomically(ownPath(root), `${JSON.stringify(own, null, 1)}\n`, privateFile);
}

/** The configuration of gatepair that a plan writes; empty when it writes none. */
export function configOf({ files }: Plan): string {
  return files.find(({ path }) => path === gatepairConfigPath)?.content ?? "";
}

/**
 * The plan with the configuration that wins, and which that is. A box without any first-boot
 * document (`isWaiting`) has nothing that could come before its own.
 */
export async function chooseConfig(
  root: string,
  plan: Plan,
  isWaiting: boolean,
): Promise<{ plan: Plan; choice: ConfigChoice }> {
  const own = await readOwnConfig(root);
  if (own === undefined) return { plan, choice: { type: "seed" } };
  if (isWaiting || own.replaces === sha256(configOf(plan))) {
    const others = plan.files.filter(({ path }) => path !== gatepairConfigPath);
    const files = [...others, textFile(gatepairConfigPath, own.text, 0o600)];
    return { plan: { ...plan, files }, choice: { type: "own" } };
  }
  const kept = `${ownPath(root)}.superseded`;
  await rename(ownPath(root), kept);
  return { plan, choice: { type: "superseded", kept } };
}
