/**
 * KVM or emulation? /dev/kvm may exist and still start no guest (nested virtualization that is only
 * half there), so the image itself is started for a trial, until its kernel speaks.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Accelerator } from "./machine.ts";
import { createDisk, serialText, startVirtualMachine } from "./virtual-machine.ts";

const trialMs = 20_000;
const kernelSpeaks = "Linux version";

/** The result of a trial, and the boot of this machine that it was made in. */
const trialFile = resolve(import.meta.dirname, "../../build/accelerator");

/** Finds the fastest accelerator that starts a guest from this image; tried once per boot. */
export async function findAccelerator(image: string): Promise<Accelerator> {
  if (!existsSync("/dev/kvm")) return "tcg";
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const known = ["kvm", "tcg"] as const;
  const before = existsSync(trialFile) ? readFileSync(trialFile, "utf8") : "";
  const found = known.find((one) => before === `${one} ${boot}\n`);
  if (found !== undefined) return found;
  const result = (await tryKvm(image)) ? "kvm" : "tcg";
  writeFileSync(trialFile, `${result} ${boot}\n`);
  return result;
}

async function tryKvm(image: string): Promise<boolean> {
  const directory = mkdtempSync(join(dirname(trialFile), "kvm-trial."));
  try {
    createDisk(directory, image, "4G");
    return await startsUnderKvm(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startsUnderKvm(directory: string): Promise<boolean> {
  const machine = startVirtualMachine({
    name: "kvm-trial",
    directory,
    hardware: "virtio",
    accelerator: "kvm",
    cards: [],
    drives: [],
    oemStrings: [],
    // Without this the kernel is quiet.
    kernelOptions: ["loglevel=7"],
  });
  const deadline = performance.now() + trialMs;
  while (performance.now() < deadline && machine.process.exitCode === null) {
    if (serialText(machine).includes(kernelSpeaks)) break;
    await sleep(200);
  }
  const spoke = serialText(machine).includes(kernelSpeaks);
  await machine.powerOff();
  return spoke;
}
