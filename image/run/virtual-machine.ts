/** Starts a virtual machine with the image builder's QEMU and keeps what belongs to it together. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { join, relative, resolve } from "node:path";
import { type ExtraDrive, type Machine, qemuArguments } from "./machine.ts";

const project = resolve(import.meta.dirname, "../..");
const enter = join(project, "image/builder/enter.sh");
const emptyVariables = join(project, "build/builder/usr/share/OVMF/OVMF_VARS_4M.fd");

/** What a caller chooses; paths are this machine's. */
export interface VirtualMachineOptions extends Pick<
  Machine,
  "name" | "hardware" | "accelerator" | "cards" | "smbiosSerial" | "oemStrings"
> {
  /** Disk, firmware variables, serial log: below the project, so that the builder sees them. */
  readonly directory: string;
  readonly drives: readonly ExtraDrive[];
  readonly memoryMiB?: number;
  /** The network namespace that holds the taps. */
  readonly netns?: string;
}

export interface VirtualMachine {
  readonly name: string;
  readonly process: ChildProcess;
  readonly serialLog: string;
  readonly control: string;
  /** Cuts the power: the guest notices nothing. */
  readonly powerOff: () => Promise<void>;
}

/** A path below the project as the image builder sees it. */
export function inBuilder(path: string): string {
  const below = relative(project, resolve(path));
  if (below.startsWith("..")) throw new Error(`${path}: not below the project`);
  return join("/project", below);
}

/** Makes a machine's disk: a layer over the image, which stays as built and can be shared. */
export function createDisk(directory: string, image: string, size: string): void {
  mkdirSync(directory, { recursive: true });
  const disk = inBuilder(join(directory, "disk.qcow2"));
  const over = ["-f", "qcow2", "-F", "raw", "-b", inBuilder(image)];
  execFileSync(enter, ["qemu-img", "create", "-q", ...over, disk, size]);
  copyFileSync(emptyVariables, join(directory, "firmware-variables.fd"));
}

/** Starts the machine whose disk `createDisk` made in `directory`; a second start boots it again. */
export function startVirtualMachine(options: VirtualMachineOptions): VirtualMachine {
  const file = (name: string): string => join(options.directory, name);
  const machine: Machine = {
    ...options,
    memoryMiB: options.memoryMiB ?? 1024,
    disk: inBuilder(file("disk.qcow2")),
    firmwareVariables: inBuilder(file("firmware-variables.fd")),
    serialLog: inBuilder(file("serial.log")),
    control: inBuilder(file("control")),
    drives: options.drives.map((drive) => ({ ...drive, file: inBuilder(drive.file) })),
  };
  // What an earlier start left: nobody shall read it as this one's.
  for (const left of ["control", "serial.log"]) rmSync(file(left), { force: true });
  const inNamespace = options.netns === undefined ? [] : ["ip", "netns", "exec", options.netns];
  const log = openSync(file("qemu.log"), "w");
  // Every program in this chain replaces itself by the next: the child is QEMU.
  const command = [...inNamespace, enter, "qemu-system-x86_64", ...qemuArguments(machine)];
  const child = spawn("env", command, {
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return {
    name: options.name,
    process: child,
    serialLog: file("serial.log"),
    control: file("control"),
    powerOff: () => powerOff(child),
  };
}

async function powerOff(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** The text on the serial line so far; empty before the machine opened it. */
export function serialText({ serialLog }: Pick<VirtualMachine, "serialLog">): string {
  try {
    return readFileSync(serialLog, "utf8");
  } catch {
    return "";
  }
}
