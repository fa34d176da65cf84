import {
  hotPlugSlots,
  type Accelerator,
  type ExtraDrive,
  type Hardware,
} from "../../../image/run/machine.ts";
import {
  createDisk,
  inBuilder,
  serialText,
  startVirtualMachine,
  type VirtualMachine,
} from "../../../image/run/virtual-machine.ts";
import { basename, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { isAlive } from "../lab/process-table.ts";
import { sleepSync, until } from "../lab/time.ts";
import { DebugShell, type ShellResult } from "./debug-shell.ts";
import { Qmp } from "./qmp.ts";

/** From power on to anything a test waits for: emulated, on a busy machine with two processors. */
export const bootLimit = 600_000;

/** One command in an emulated machine that may be busy booting. */
const commandLimit = 180_000;

export interface VmMachineOptions {
  readonly hardware?: Hardware;
  /** MAC addresses of the cards; one card unless told. */
  readonly cards?: readonly string[];
  readonly drives?: readonly ExtraDrive[];
  readonly smbiosSerial?: string;
  readonly oemStrings?: readonly string[];
  readonly kernelOptions?: readonly string[];
  readonly debugShell?: boolean;
  readonly diskSize?: string;
  /** Flashed instead of the lab's. */
  readonly image?: string;
}

export interface VmPlace {
  readonly name: string;
  readonly directory: string;
  readonly netns: string;
  readonly accelerator: Accelerator;
  readonly image: string;
  readonly taps: (card: number) => string;
}

const firstExampleMac = "52:54:00:b2:00:01";

/** A virtual machine with a disk of its own, which outlives its power. */
export class VmMachine {
  readonly disk: string;
  readonly #place: VmPlace;
  #options: VmMachineOptions;
  #running: VirtualMachine | undefined;
  #shell: DebugShell | undefined;
  #plugged = 0;

  constructor(place: VmPlace, options: VmMachineOptions) {
    this.#place = place;
    this.#options = options;
    this.disk = join(place.directory, "disk.raw");
    createDisk(place.directory, options.image ?? place.image, options.diskSize ?? "4G");
  }

  get name(): string {
    return this.#place.name;
  }

  /** As the lab calls it, such as `gw1`. */
  get shortName(): string {
    return basename(this.#place.directory);
  }

  /** Where its shell and its files are, for people. */
  get directory(): string {
    return this.#place.directory;
  }

  /** Power on; the changes stay for later starts. */
  start(changes: VmMachineOptions = {}): void {
    if (this.#running !== undefined) throw new Error(`${this.name} is on`);
    const options = (this.#options = { ...this.#options, ...changes });
    const { name, directory, netns, accelerator, taps } = this.#place;
    const cards = (options.cards ?? [firstExampleMac]).map((mac, index) => ({
      tap: taps(index),
      mac,
    }));
    this.#plugged = 0;
    this.#running = startVirtualMachine({
      name,
      directory,
      netns,
      accelerator,
      cards,
      hardware: options.hardware ?? "virtio",
      drives: options.drives ?? [],
      oemStrings: options.oemStrings ?? [],
      kernelOptions: options.kernelOptions ?? [],
      debugShell: options.debugShell ?? true,
      ...(options.smbiosSerial === undefined ? {} : { smbiosSerial: options.smbiosSerial }),
    });
  }

  get isOn(): boolean {
    const child = this.#running?.process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  #machine(): VirtualMachine {
    if (this.#running === undefined) throw new Error(`${this.name} is off`);
    return this.#running;
  }

  /** What the serial line said since power on, without the escapes that paint it. */
  console(): string {
    return this.#running === undefined ? "" : plainText(serialText(this.#running));
  }

  /** Waits for text on the serial line, in what comes after the first `from` characters. */
  waitForConsole(pattern: RegExp, limit = bootLimit, from = 0): Promise<RegExpExecArray> {
    const what = `${String(pattern)} on the console of ${this.name}`;
    return until({ what, limit, every: 250 }, () => {
      const text = this.console().slice(from);
      const found = pattern.exec(text);
      if (found === null && !this.isOn) throw new Error(`${this.name} went off before ${what}`);
      return found ?? undefined;
    });
  }

  /** A root shell; waits for the system to be far enough up. */
  async shell(limit = bootLimit): Promise<DebugShell> {
    if (this.#shell !== undefined) return this.#shell;
    const path = this.#machine().debugShell;
    const what = `the second serial line of ${this.name}`;
    const connect = () => DebugShell.connect(path).catch(() => undefined);
    const shell = await until({ what, limit, every: 100 }, connect);
    await shell.waitUntilReady(limit);
    return (this.#shell = shell);
  }

  /** Runs a command as root inside the machine. */
  async run(command: string, limit = commandLimit): Promise<ShellResult> {
    return (await this.shell()).run(command, limit);
  }

  /** Like `run`, for a command that has to succeed; its output without the space around it. */
  async must(command: string, limit?: number): Promise<string> {
    const { code, output } = await this.run(command, limit);
    if (code !== 0) throw new Error(`${this.name}: ${command} ended with ${code}: ${output}`);
    return output.trim();
  }

  async #control<T>(use: (qmp: Qmp) => Promise<T>): Promise<T> {
    const qmp = await Qmp.connect(this.#machine().control);
    try {
      return await use(qmp);
    } finally {
      qmp.close();
    }
  }

  /**
   * Plugs a volume in, now: a USB stick into a box, a disk into a virtual machine, whose kernel knows
   * no USB. A machine has two slots for disks.
   */
  async plugIn(file: string): Promise<void> {
    const id = `stick${this.#plugged}`;
    const bus = hotPlugSlots[this.#plugged];
    this.#plugged += 1;
    const isBox = this.#options.hardware === "box";
    const kind = isBox
      ? { driver: "usb-storage", removable: true }
      : { driver: "virtio-blk-pci", bus };
    await this.#control(async (qmp) => {
      const image = { driver: "file", filename: inBuilder(file) };
      await qmp.execute("blockdev-add", { driver: "raw", "node-name": id, file: image });
      await qmp.execute("device_add", { ...kind, id: `plugged-${id}`, drive: id });
    });
  }

  async pullOut(): Promise<void> {
    const id = `plugged-stick${this.#plugged - 1}`;
    await this.#control((qmp) => qmp.execute("device_del", { id }));
  }

  /** The reset button: the guest begins anew, without a word to what ran. */
  async reset(): Promise<void> {
    this.forgetShell();
    await this.#control((qmp) => qmp.execute("system_reset"));
  }

  /** Pulls the plug. */
  async powerOff(): Promise<void> {
    const machine = this.#machine();
    this.forgetShell();
    await machine.powerOff();
    this.#running = undefined;
  }

  /** An ordered end: systemctl poweroff, and the machine goes off by itself. */
  async shutDown(limit = 120_000): Promise<void> {
    await this.run("systemctl poweroff --no-block");
    await until({ what: `${this.name} off`, limit, every: 200 }, () => !this.isOn);
    this.forgetShell();
    this.#running = undefined;
  }

  /** After a reboot that the guest made by itself: the next command waits for the new system. */
  forgetShell(): void {
    this.#shell?.close();
    this.#shell = undefined;
  }

  /** For the end of this process, where nothing can be awaited any more. */
  kill(): void {
    this.forgetShell();
    const child = this.#running?.process;
    this.#running = undefined;
    if (child?.pid === undefined) return;
    child.kill("SIGKILL");
    for (let waited = 0; isAlive(child.pid) && waited < 400; waited += 1) sleepSync(5);
  }
}

/** Without the control sequences of a terminal. */
function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r", "");
}
