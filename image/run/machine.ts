/** A virtual machine as QEMU's command line, qemu-system-x86_64(1). */

export type Accelerator = "kvm" | "tcg";

/** `virtio` is a usual virtual machine; `box` stands for hardware: NVMe disk and e1000e cards. */
export type Hardware = "virtio" | "box";

export interface NetworkCard {
  /** The tap device, in the network namespace that QEMU runs in. */
  readonly tap: string;
  readonly mac: string;
}

/** A further drive, as the guest sees it. A stick can also be plugged in later, by QMP. */
export interface ExtraDrive {
  readonly file: string;
  readonly kind: "disk" | "cdrom" | "usb-stick";
}

/** All paths are as QEMU sees them: in the image builder, where the project is /project. */
export interface Machine {
  readonly name: string;
  readonly hardware: Hardware;
  readonly accelerator: Accelerator;
  readonly memoryMiB: number;
  /** A raw image of the whole disk. */
  readonly disk: string;
  readonly firmwareVariables: string;
  readonly serialLog: string;
  /** Unix socket of a second serial line, where `debugShellOption` puts a shell. */
  readonly debugShell?: string;
  /** Unix socket of the QEMU Machine Protocol. */
  readonly control: string;
  readonly cards: readonly NetworkCard[];
  readonly drives: readonly ExtraDrive[];
  /** The system's serial number, DMI type 1: cloud-init's `ds=nocloud;...`. */
  readonly smbiosSerial?: string;
  /** OEM strings, DMI type 11: systemd credentials and additions to the kernel's command line. */
  readonly oemStrings: readonly string[];
}

/** Asks for a root shell on the second serial line: systemd-debug-generator(8). */
export const debugShellOption = "systemd.debug_shell=ttyS1";

/** PCI Express slots for what is plugged in while the machine runs. */
export const hotPlugSlots = ["slot1", "slot2"] as const;

/** An OEM string that adds to the kernel's command line: systemd-stub(7). */
export function kernelAddition(options: readonly string[]): string {
  return `io.systemd.stub.kernel-cmdline-extra=${options.join(" ")}`;
}

const firmwareCode = "/usr/share/OVMF/OVMF_CODE_4M.fd";

/** In option values a comma separates; doubled, it stands for itself. */
function escaped(value: string): string {
  return value.replaceAll(",", ",,");
}

function accelerationArguments(accelerator: Accelerator): string[] {
  if (accelerator === "kvm") return ["-accel", "kvm", "-cpu", "host", "-smp", "2"];
  // One processor: with two, guests have panicked under emulation.
  return ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1"];
}

function diskArguments({ disk, hardware }: Machine): string[] {
  // A guest's flush need not reach this machine's disk: what the guest wrote outlives the guest.
  const drive = `if=none,id=system,format=raw,file=${escaped(disk)},discard=unmap,cache=unsafe`;
  const device =
    hardware === "box"
      ? "nvme,drive=system,serial=system,bootindex=1"
      : "virtio-blk-pci,drive=system,bootindex=1";
  return ["-drive", drive, "-device", device];
}

function driveArguments({ file, kind }: ExtraDrive, index: number): string[] {
  const id = `extra${index}`;
  const readOnly = kind === "cdrom" ? ",readonly=on" : "";
  const drive = `if=none,id=${id},format=raw,file=${escaped(file)}${readOnly}`;
  const device = {
    disk: `virtio-blk-pci,drive=${id}`,
    cdrom: `ide-cd,drive=${id}`,
    "usb-stick": `usb-storage,drive=${id},removable=on`,
  }[kind];
  return ["-drive", drive, "-device", device];
}

function cardArguments({ tap, mac }: NetworkCard, index: number, hardware: Hardware): string[] {
  const model = hardware === "box" ? "e1000e" : "virtio-net-pci";
  return [
    "-netdev",
    `tap,id=net${index},ifname=${tap},script=no,downscript=no`,
    // No option ROM: these machines do not boot from the network.
    "-device",
    `${model},netdev=net${index},mac=${mac},romfile=`,
  ];
}

function serialArguments({ serialLog, debugShell }: Machine): string[] {
  const log = [
    "-chardev",
    `file,id=serial,path=${escaped(serialLog)}`,
    "-serial",
    "chardev:serial",
  ];
  if (debugShell === undefined) return log;
  const socket = `socket,id=shell,path=${escaped(debugShell)},server=on,wait=off`;
  return [...log, "-chardev", socket, "-serial", "chardev:shell"];
}

function smbiosArguments({ smbiosSerial, oemStrings }: Machine): string[] {
  const serial =
    smbiosSerial === undefined ? [] : ["-smbios", `type=1,serial=${escaped(smbiosSerial)}`];
  return [
    ...serial,
    ...oemStrings.flatMap((text) => ["-smbios", `type=11,value=${escaped(text)}`]),
  ];
}

export function qemuArguments(machine: Machine): string[] {
  return [
    "-name",
    machine.name,
    "-machine",
    "q35",
    "-m",
    `${machine.memoryMiB}M`,
    ...accelerationArguments(machine.accelerator),
    "-nodefaults",
    "-no-user-config",
    "-display",
    "none",
    "-device",
    "VGA",
    "-drive",
    `if=pflash,format=raw,readonly=on,file=${firmwareCode}`,
    "-drive",
    `if=pflash,format=raw,file=${escaped(machine.firmwareVariables)}`,
    ...serialArguments(machine),
    "-qmp",
    `unix:${escaped(machine.control)},server=on,wait=off`,
    "-device",
    "virtio-rng-pci",
    "-device",
    "qemu-xhci",
    ...hotPlugSlots.flatMap((id, index) => [
      "-device",
      `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1}`,
    ]),
    // Emulated guests stand still for longer than a watchdog waits.
    ...(machine.accelerator === "kvm" ? ["-device", "i6300esb"] : []),
    ...diskArguments(machine),
    // Before the drives: a card that moves to another PCI slot is another card to the guest.
    ...machine.cards.flatMap((card, index) => cardArguments(card, index, machine.hardware)),
    ...machine.drives.flatMap(driveArguments),
    ...smbiosArguments(machine),
  ];
}
