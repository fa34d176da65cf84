import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { enterArguments, runInside, startInside } from "./inside.ts";
import type { CommandResult, Inside, RunningProcess } from "./inside.ts";
import { addNamespace, plugIn, removeNamespace, setPort, unplug, type Cable } from "./network.ts";
import { childrenOf, isAlive, killQuietly } from "./process-table.ts";
import { sleepSync, until } from "./time.ts";

export const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));
const initScript = fileURLToPath(new URL("host-init.sh", import.meta.url));

export interface HostOptions {
  readonly name: string;
  readonly netns: string;
  /** Holds the host's disk and the logs of what runs on it. */
  readonly directory: string;
  readonly cables: readonly Cable[];
  /** Run in the network namespace each time that it is new, after the cables. */
  readonly configureNetwork?: () => void;
}

export interface AddressEntry {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  /** Seconds until the kernel removes it; undefined when it stays for good. */
  readonly validFor: number | undefined;
}

/** Seconds that ip(8) prints for a lifetime without end. */
const forever = 0xffffffff;

/** A machine of the lab: namespaces of its own, a disk that survives a crash, and cables. */
export class Host {
  readonly name: string;
  readonly netns: string;
  readonly logs: string;
  readonly #options: HostOptions;
  readonly #sessions: Inside["sessions"] = new Set();
  #initPid: number | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.name = options.name;
    this.netns = options.netns;
    this.logs = join(options.directory, "logs");
    mkdirSync(this.logs, { recursive: true });
  }

  /** Process 1 of the host, as the root pid namespace knows it: for nsenter(1). */
  get initPid(): number {
    if (this.#initPid === undefined) throw new Error(`${this.name} is not running`);
    return this.#initPid;
  }

  async boot(): Promise<void> {
    addNamespace(this.netns);
    this.addInterfaces();
    this.#initPid = await this.#startInit();
  }

  async #startInit(): Promise<number> {
    const unshare = ["unshare", "--pid", "--mount", "--uts", "--fork", "--kill-child"];
    const disk = join(this.#options.directory, "disk");
    const init = ["sh", initScript, this.name, disk, projectDirectory];
    // Whoever kills this process, even with SIGKILL, ends the whole host: prctl(2), PR_SET_PDEATHSIG.
    const argv = ["--pdeathsig", "KILL", "ip", "netns", "exec", this.netns, ...unshare];
    const child = spawn("setpriv", [...argv, "--mount-proc", ...init], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // out of reach of Ctrl-C: the lab ends it in its own order
    });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    const [pid] = childrenOf(child.pid ?? 0);
    if (child.exitCode !== null || pid === undefined) {
      throw new Error(`host ${this.name} did not start: ${stderr}`);
    }
    for (const handle of [child, child.stdout, child.stderr]) (handle as { unref(): void }).unref();
    return pid;
  }

  get #inside(): Inside {
    return { initPid: this.initPid, logs: this.logs, sessions: this.#sessions };
  }

  /** Runs a command to its end, at most `limit` milliseconds. */
  run(argv: readonly string[], limit = 10_000): Promise<CommandResult> {
    return runInside(this.#inside, argv, limit);
  }

  /** Like `run`, for a command that has to succeed. */
  async must(argv: readonly string[], limit?: number): Promise<string> {
    const result = await this.run(argv, limit);
    if (result.code === 0) return result.stdout;
    const said = `${result.stdout}${result.stderr}`;
    throw new Error(`${this.name}: ${argv.join(" ")} ended with ${result.code}: ${said}`);
  }

  /** Starts a process that stays; it dies with the host. Its output is in `logs/NAME.log`. */
  start(argv: readonly string[], logName: string): Promise<RunningProcess> {
    return startInside(this.#inside, argv, logName);
  }

  /** The arguments for nsenter(1), for those that need a child process of their own making. */
  enter(argv: readonly string[]): string[] {
    return enterArguments(this.initPid, argv);
  }

  #outsidePath(path: string): string {
    return `/proc/${this.initPid}/root${path}`;
  }

  writeFile(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.#outsidePath(path)), { recursive: true });
    writeFileSync(this.#outsidePath(path), text, { mode });
  }

  readFile(path: string): string {
    return readFileSync(this.#outsidePath(path), "utf8");
  }

  /** Copies a file of the host to a place outside. */
  copyOut(path: string, outside: string): void {
    copyFileSync(this.#outsidePath(path), outside);
  }

  async addresses(family: 4 | 6 = 4): Promise<AddressEntry[]> {
    const links = JSON.parse(await this.must(["ip", "-j", `-${family}`, "address"])) as LinkJson[];
    return links.flatMap((link) =>
      link.addr_info.map((entry) => ({
        interface: link.ifname,
        address: entry.local,
        prefixLength: entry.prefixlen,
        validFor: entry.valid_life_time === forever ? undefined : entry.valid_life_time,
      })),
    );
  }

  async hasAddress(address: string): Promise<boolean> {
    const all = await this.addresses(address.includes(":") ? 6 : 4);
    return all.some((entry) => entry.address === address);
  }

  /** The routing table as ip(8) prints it, one route a line. */
  routes(family: 4 | 6 = 4): Promise<string> {
    return this.must(["ip", `-${family}`, "route", "show", "table", "all"]);
  }

  /** Without a name, all of them. */
  linkDown(interfaceName?: string): void {
    for (const cable of this.#cables(interfaceName)) setPort(cable, "down");
  }

  linkUp(interfaceName?: string): void {
    for (const cable of this.#cables(interfaceName)) setPort(cable, "up");
  }

  #cables(interfaceName: string | undefined) {
    const { cables } = this.#options;
    return cables.filter(
      (cable) => interfaceName === undefined || cable.interface === interfaceName,
    );
  }

  /** The network interfaces vanish, as a card that is pulled out. */
  removeInterfaces(): void {
    for (const cable of this.#options.cables) unplug(cable);
  }

  /** They come back, with the host's own addresses. */
  addInterfaces(): void {
    for (const cable of this.#options.cables) plugIn(cable);
    this.#options.configureNetwork?.();
  }

  /** Power loss: cut off first, so that no dying process gets a packet out, then all killed. */
  crash(): void {
    this.linkDown();
    this.powerOff();
  }

  /** Kills process 1, and with it everything on the host: pid_namespaces(7). */
  powerOff(): void {
    const pid = this.#initPid;
    this.#initPid = undefined;
    if (pid === undefined) return;
    killQuietly(pid, "SIGKILL");
    // Each nsenter(1) has to reap its command, or the namespace waits for the machine's process 1
    // to do it, which may take seconds. That of a stopped command is stopped too.
    for (const session of this.#sessions) session.kill("SIGCONT");
    for (let waited = 0; isAlive(pid) && waited < 400; waited += 1) sleepSync(5);
  }

  /** Starts again with an empty /run and a network without anything that was added to it. */
  async reboot(): Promise<void> {
    this.powerOff();
    this.removeInterfaces();
    removeNamespace(this.netns);
    await this.boot();
  }

  /** Pids, inside, of the processes of that name; what `pidof` says on the host. */
  async pidsOf(program: string): Promise<number[]> {
    const { stdout } = await this.run(["pidof", program]);
    return stdout.split(/\s+/).filter(Boolean).map(Number);
  }

  /** `killall` on this host alone; waits until the processes are gone when they were killed. */
  async killAll(program: string, signal: "TERM" | "KILL" = "KILL"): Promise<void> {
    // The oldest first: a master that lives on would start another worker for one that died.
    const pids = (await this.pidsOf(program)).toSorted((left, right) => left - right);
    if (pids.length > 0) await this.run(["kill", `-${signal}`, ...pids.map(String)]);
  }

  /** Waits until the virtual address is, or is not, on this host. */
  async waitForAddress(address: string, present: boolean, limit: number): Promise<void> {
    const what = `${address} ${present ? "on" : "gone from"} ${this.name}`;
    await until({ what, limit }, async () => (await this.hasAddress(address)) === present);
  }
}

interface LinkJson {
  readonly ifname: string;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly valid_life_time: number;
  }[];
}
