/** Starts a virtual machine with the image builder's QEMU and keeps what belongs to it together. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { join, relative, resolve } from "node:path";
import {
  debugShellOption,
  type ExtraDrive,
  kernelAddition,
  type Machine,
  qemuArguments,
} from "./machine.ts";

const project = resolve(import.meta.dirname, "../..");
const enter = join(project, "image/builder/enter.sh");
const diskName = "disk.raw";
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
  /** Whether there is a root shell on the second serial line, to look inside and to break things. */
  readonly debugShell?: boolean;
  /** Additions to the kernel's command line. */
  readonly kernelOptions?: readonly string[];
}

export interface VirtualMachine {
  readonly name: string;
  readonly process: ChildProcess;
  readonly serialLog: string;
  readonly control: string;
  /** Only with the option `debugShell`. */
  readonly debugShell: string;
  /** Cuts the power: the guest notices nothing. */
  readonly powerOff: () => Promise<void>;
}

/** A path below the project as the image builder sees it. */
export function inBuilder(path: string): string {
  const below = relative(project, resolve(path));
  if (below.startsWith("..")) throw new Error(`${path}: not below the project`);
  return join("/project", below);
}

/** Flashes the image to a new disk of `size`, as truncate(1) writes it: holes stay holes. */
export function createDisk(directory: string, image: string, size: string): void {
  mkdirSync(directory, { recursive: true });
  const disk = join(directory, diskName);
  execFileSync("cp", ["--sparse=always", image, disk]);
  execFileSync("truncate", [`--size=>${size}`, disk]);
  copyFileSync(emptyVariables, join(directory, "firmware-variables.fd"));
}

/** Starts the machine whose disk `createDisk` made in `directory`; a second start boots it again. */
export function startVirtualMachine(options: VirtualMachineOptions): VirtualMachine {
  const file = (name: string): string => join(options.directory, name);
  // What an earlier start left: nobody shall read it as this one's.
  for (const left of ["control", "shell", "serial.log"]) rmSync(file(left), { force: true });
  const child = spawnQemu(options, qemuArguments(describeMachine(options)));
  return {
    name: options.name,
    process: child,
    serialLog: file("serial.log"),
    control: file("control"),
    debugShell: file("shell"),
    powerOff: () => powerOff(child),
  };
}

function describeMachine(options: VirtualMachineOptions): Machine {
  const { debugShell = false, kernelOptions = [], ...rest } = options;
  const file = (name: string): string => inBuilder(join(options.directory, name));
  const kernel = debugShell ? [debugShellOption, ...kernelOptions] : kernelOptions;
  return {
    ...rest,
    memoryMiB: options.memoryMiB ?? 1024,
    disk: file(diskName),
    firmwareVariables: file("firmware-variables.fd"),
    serialLog: file("serial.log"),
    control: file("control"),
    drives: options.drives.map((drive) => ({ ...drive, file: inBuilder(drive.file) })),
    // The stub takes the first such string, and no other.
    oemStrings: [...(kernel.length > 0 ? [kernelAddition(kernel)] : []), ...options.oemStrings],
    ...(debugShell ? { debugShell: file("shell") } : {}),
  };
}

function spawnQemu({ directory, netns }: VirtualMachineOptions, args: string[]): ChildProcess {
  const inNamespace = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  const log = openSync(join(directory, "qemu.log"), "w");
  // Every program in this chain replaces itself by the next, so the child is QEMU; and whatever
  // ends this process, even SIGKILL, ends it: prctl(2), PR_SET_PDEATHSIG.
  const command = ["--pdeathsig", "KILL", ...inNamespace, enter, "qemu-system-x86_64", ...args];
  const child = spawn("setpriv", command, {
    stdio: ["ignore", log, log],
    detached: true, // out of reach of Ctrl-C: whoever started it ends it
  });
  closeSync(log);
  return child;
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
