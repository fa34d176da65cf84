/**
 * KVM or emulation? /dev/kvm may exist and still start no guest (nested virtualization that is only
 * half there), so the image itself is started for a trial, until its kernel speaks.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Accelerator } from "./machine.ts";
import { createDisk, serialText, startVirtualMachine } from "./virtual-machine.ts";

const trialMs = 20_000;
const kernelSpeaks = "Linux version";

/** Finds the fastest accelerator that starts a guest from this image. */
export async function findAccelerator(image: string): Promise<Accelerator> {
  if (!existsSync("/dev/kvm")) return "tcg";
  const directory = mkdtempSync(join(dirname(image), "kvm-trial."));
  try {
    createDisk(directory, image, "4G");
    return (await startsUnderKvm(directory)) ? "kvm" : "tcg";
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
    // systemd-stub(7) adds this to the command line; without it the kernel is quiet.
    oemStrings: ["io.systemd.stub.kernel-cmdline-extra=loglevel=7"],
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
