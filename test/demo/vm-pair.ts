/** Two virtual machines from the image and the files in image/examples, with a client beside them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../support/lab/host.ts";
import { makeDisc, writeToFlashedDisk, type SeedFiles } from "../support/vm/media.ts";
import { createVmLab, type VmLab } from "../support/vm/vm-lab.ts";
import type { VmMachine } from "../support/vm/vm-machine.ts";

export interface VmPair {
  readonly lab: VmLab;
  readonly gw1: VmMachine;
  readonly gw2: VmMachine;
}

/** Both examples that are for two virtual machines give them these cards. */
const cards = { gw1: "52:54:00:b2:00:01", gw2: "52:54:00:b2:00:02" } as const;

function readExample(example: string, name: string): SeedFiles {
  const directory = join(projectDirectory, "image/examples", example, name);
  const read = (file: string) => [file, readFileSync(join(directory, file), "utf8")] as const;
  return Object.fromEntries(readdirSync(directory).map(read));
}

/** Makes the pair, still off: gw1's files come on a disc, gw2's were put on its flashed disk. */
export async function createVmPair(example: "reference" | "lab"): Promise<VmPair> {
  const lab = await createVmLab();
  const disc = join(lab.media, "gw1-cidata.iso");
  makeDisc(disc, readExample(example, "gw1"), "rock-and-joliet");
  const drives = [{ file: disc, kind: "cdrom" }] as const;
  const gw1 = lab.addMachine("gw1", { cards: [cards.gw1], drives });
  const gw2 = lab.addMachine("gw2", { cards: [cards.gw2] });
  writeToFlashedDisk(gw2.disk, readExample(example, "gw2"));
  return { lab, gw1, gw2 };
}
