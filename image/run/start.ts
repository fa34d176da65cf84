/**
 * Starts one virtual machine from an image and shows its serial line until Ctrl-C:
 *
 *     node image/run/start.ts --name gw1 --image build/gatepair_0.1.0_amd64.vm.raw
 *       [--hardware box] [--accelerator kvm|tcg] [--netns NAME] [--card TAP=MAC]...
 *       [--serial-number TEXT] [--oem-string TEXT]... [--disk FILE]... [--cdrom FILE]... [--stick FILE]...
 *       [--debug-shell]
 *
 * Its files stay in build/vm/NAME: started again, it boots for the second time.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findAccelerator } from "./accelerator.ts";
import { followSerial } from "./follow-serial.ts";
import type { Accelerator, ExtraDrive, Hardware, NetworkCard } from "./machine.ts";
import { createDisk, startVirtualMachine } from "./virtual-machine.ts";

const { values } = parseArgs({
  options: {
    name: { type: "string", default: "gatepair" },
    image: { type: "string" },
    size: { type: "string", default: "4G" },
    hardware: { type: "string", default: "virtio" },
    accelerator: { type: "string" },
    netns: { type: "string" },
    card: { type: "string", multiple: true, default: [] },
    "serial-number": { type: "string" },
    "oem-string": { type: "string", multiple: true, default: [] },
    disk: { type: "string", multiple: true, default: [] },
    cdrom: { type: "string", multiple: true, default: [] },
    stick: { type: "string", multiple: true, default: [] },
    "debug-shell": { type: "boolean", default: false },
  },
});

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`--${name}: ${value} is none of ${allowed.join(", ")}`);
  return found;
}

function readCard(text: string): NetworkCard {
  const [tap, mac] = text.split("=");
  if (!tap || !mac) throw new Error(`--card: ${text} is not TAP=MAC`);
  return { tap, mac };
}

function drives(files: readonly string[], kind: ExtraDrive["kind"]): ExtraDrive[] {
  return files.map((file) => ({ file, kind }));
}

const image = values.image;
if (image === undefined) throw new Error("--image is missing: the raw image to start from");
const directory = resolve(import.meta.dirname, "../../build/vm", values.name);
const chosen = values.accelerator;
const accelerator: Accelerator =
  chosen === undefined
    ? await findAccelerator(image)
    : oneOf("accelerator", chosen, ["kvm", "tcg"] as const);
console.error(`${values.name}: ${accelerator}, files in ${directory}`);
if (!existsSync(join(directory, "disk.raw"))) createDisk(directory, image, values.size);

const hardware: Hardware = oneOf("hardware", values.hardware, ["virtio", "box"] as const);
const machine = startVirtualMachine({
  name: values.name,
  directory,
  hardware,
  accelerator,
  cards: values.card.map(readCard),
  drives: [
    ...drives(values.disk, "disk"),
    ...drives(values.cdrom, "cdrom"),
    ...drives(values.stick, "usb-stick"),
  ],
  oemStrings: values["oem-string"],
  debugShell: values["debug-shell"],
  ...(values.netns === undefined ? {} : { netns: values.netns }),
  ...(values["serial-number"] === undefined ? {} : { smbiosSerial: values["serial-number"] }),
});
process.once("SIGINT", () => void machine.powerOff());
process.once("SIGTERM", () => void machine.powerOff());
await followSerial(machine, (text) => process.stdout.write(text));
process.exitCode = machine.process.exitCode ?? 0;
