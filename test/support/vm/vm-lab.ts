import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { findAccelerator } from "../../../image/run/accelerator.ts";
import type { Accelerator } from "../../../image/run/machine.ts";
import { projectDirectory, type Host } from "../lab/host.ts";
import { labDirectory, machinesDirectory, nextLabId } from "../lab/names.ts";
import { ip } from "../lab/network.ts";
import { closeAtExit, forgetLab } from "../lab/open-labs.ts";
import { makeHost, makeSwitch, removeHosts } from "../lab/site.ts";
import { sweepDeadLabs } from "../lab/sweep.ts";
import { VmMachine, type VmMachineOptions } from "./vm-machine.ts";

export type Flavour = "vm" | "generic";

/** Virtual machines and a client on one switch; nothing of it touches the machine outside. */
export interface VmLab {
  readonly id: string;
  /** For the client's logs and servers. */
  readonly directory: string;
  /** For disks and media: below the project, because QEMU sees nothing else. */
  readonly media: string;
  readonly switch: Host;
  readonly client: Host;
  readonly machines: readonly VmMachine[];
  /** Makes a machine with a newly flashed disk and a cable to the switch; it is off. */
  addMachine(name: string, options?: VmMachineOptions): VmMachine;
  /** Ends and removes everything; may be called twice. Also done when this process ends. */
  close(): void;
}

/** The image under test: what GATEPAIR_IMAGE names (for `vm`), or the last that was built. */
export function imagePath(flavour: Flavour = "vm"): string {
  const named = flavour === "vm" ? process.env["GATEPAIR_IMAGE"] : undefined;
  const suffix = flavour === "vm" ? ".vm" : "";
  const built = `build/gatepair_${projectVersion()}_amd64${suffix}.raw`;
  const path = resolve(projectDirectory, named ?? built);
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`make image\` first`);
  return path;
}

export function projectVersion(): string {
  const text = readFileSync(join(projectDirectory, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The machine's end of the cable belongs to QEMU, which runs in the namespace of the switch. */
function addTap(netns: string, tap: string): void {
  ip("-n", netns, "tuntap", "add", "dev", tap, "mode", "tap");
  ip("-n", netns, "link", "set", tap, "master", "br0", "up");
}

export async function createVmLab(flavour: Flavour = "vm"): Promise<VmLab> {
  if (process.getuid?.() !== 0) throw new Error("the lab makes network namespaces: run it as root");
  const image = imagePath(flavour);
  const accelerator: Accelerator = await findAccelerator(image);
  sweepDeadLabs();
  const id = nextLabId();
  const site = { id, directory: labDirectory(id), secondNetwork: false, ipv6: false };
  const media = join(machinesDirectory, id);
  mkdirSync(site.directory, { mode: 0o700 });
  mkdirSync(media, { recursive: true });
  const client = makeHost(site, "client");
  const machines: VmMachine[] = [];
  const lab: VmLab = {
    id,
    directory: site.directory,
    media,
    switch: makeSwitch(site),
    client,
    machines,
    addMachine(name, options = {}) {
      const { netns } = lab.switch;
      for (let card = 0; card < (options.cards?.length ?? 1); card += 1) {
        addTap(netns, tapName(name, card));
      }
      const place = { name: `${id}-${name}`, directory: join(media, name), netns, accelerator };
      const taps = (card: number): string => tapName(name, card);
      const machine = new VmMachine({ ...place, image, taps }, options);
      machines.push(machine);
      return machine;
    },
    close(): void {
      if (!forgetLab(lab)) return;
      for (const machine of machines) machine.kill();
      removeHosts([client, lab.switch], site.directory);
      rmSync(media, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  closeAtExit(lab);
  await lab.switch.boot();
  await client.boot();
  return lab;
}

function tapName(machine: string, card: number): string {
  return card === 0 ? machine : `${machine}-${card}`;
}
