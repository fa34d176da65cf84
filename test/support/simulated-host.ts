import type { MailText } from "#alerts/notification-mail.ts";
import { familyOf, type IpAddress } from "#base/ip-address.ts";
import { type MacAddress, macAddressFromBytes } from "#base/mac-address.ts";
import {
  addTime,
  type Instant,
  instant,
  type Milliseconds,
  milliseconds,
  seconds,
} from "#base/time.ts";
import type { Respond } from "#engine/commands.ts";
import { Engine } from "#engine/engine.ts";
import type { CheckOutcome } from "#engine/inputs.ts";
import type {
  HookFacts,
  Lease,
  LeaseOutcome,
  Link,
  NetworkPort,
  Ports,
  RoutePort,
  VirtualLinkSpec,
} from "#engine/ports.ts";
import type { EngineSettings, RouterSettings, RouteSettings } from "#engine/settings.ts";
import type { NginxAction } from "#nginx/events.ts";
import type { FileFinding } from "#tracking/tracked-file.ts";
import type { Chunk } from "#recording/entries.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { vrrpGroup } from "#vrrp/constants.ts";
import { encodeAnnouncement, encodeIpPacket } from "#vrrp/packets/families.ts";
import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import {
  advertisement,
  ip,
  localAddress,
  peerAddress,
  reference,
  referenceLeg,
} from "./vrrp-fixtures.ts";

export const routerSettings: RouterSettings = {
  name: "web",
  parameters: reference,
  legs: [referenceLeg],
  startDelay: seconds(0),
  refused: [],
  routes: [],
  trackNginx: undefined,
  trackInterfaces: [],
  trackChecks: [],
  trackFiles: [],
};

export const engineSettings: EngineSettings = {
  notifications: {
    routerId: "gw1",
    mailLimit: { mails: 100, window: seconds(600), keep: 10 },
    hooks: { active: ["/hook/active"], fault: ["/hook/fault"] },
  },
  routers: [routerSettings],
  interfaceDelays: new Map(),
  nginx: undefined,
  health: {},
  checks: [],
};

/** From whom, to whom and over how many hops a packet comes. */
interface SimulatedWay {
  readonly source: IpAddress;
  readonly destination?: IpAddress;
  readonly ttl: number;
}

interface ArmedTimer {
  readonly at: Instant;
  readonly order: number;
  fire(): void;
}

/** A host without a kernel: its time, links, addresses and wires are values that a test moves. */
export class SimulatedHost {
  readonly engine: Engine;
  readonly sent: Advertisement[] = [];
  /** Where each of them went. */
  readonly destinations: IpAddress[] = [];
  readonly announced: number[] = [];
  /** Of every frame that was sent as such. */
  readonly sourceMacs: MacAddress[] = [];
  readonly mails: MailText[] = [];
  readonly hooks: { command: readonly string[]; facts: HookFacts }[] = [];
  readonly nginxActions: NginxAction[] = [];
  /** Runs of checks that have not ended yet, oldest first. */
  readonly checkRuns: { check: string; run: number }[] = [];
  /** What is found in tracked files; there is none where nothing is said. */
  readonly files = new Map<string, FileFinding>();
  /** File systems that do not answer. */
  readonly silentFiles = new Set<string>();
  /** What the journal handed over, and who wanted it written. */
  readonly chunks: Chunk[] = [];
  readonly recordings: (Respond | undefined)[] = [];
  lost = 0;
  readonly links = new Map<string, Link>();
  readonly leases = new Map<IpAddress, Lease>();
  readonly routes = new Set<RouteSettings>();
  /** What was asked of the kernel. */
  readonly routeCalls: {
    call: "hold" | "remove";
    route: RouteSettings;
    lifetime?: Milliseconds;
  }[] = [];
  readonly refusedRoutes = new Map<RouteSettings, string>();
  /** Addresses that the kernel refuses to add, with the code. */
  readonly refused = new Map<IpAddress, string>();
  /** Addresses that somebody else than we put on an interface. */
  readonly ownAddresses = new Set<IpAddress>();
  primaryAddress: IpAddress | undefined = localAddress;
  linkLocalAddress: IpAddress | undefined = ip("fe80::138");
  /** While there is none, it is about to come. */
  isTentative = false;
  /** Frames of ARP and Neighbor Discovery that left. */
  readonly frames: Uint8Array[] = [];
  sendFailure: string | undefined;
  virtualLinkFailure: string | undefined;
  /** Interfaces with virtual MAC addresses are made only when `makeVirtualLinks` is called. */
  holdVirtualLinks = false;
  readonly #heldLinks: (() => void)[] = [];
  /** Called for every Advertisement that leaves. */
  onSent: (sent: Advertisement) => void = () => {};
  #now = instant(1000);
  #order = 0;
  #linkCount = 0;
  #packets = 0;
  readonly #timers = new Map<string, ArmedTimer>();

  constructor(settings: EngineSettings = engineSettings) {
    this.addLink("eth0");
    this.engine = new Engine(settings, this.#ports());
  }

  get role() {
    return this.#router().state.role;
  }

  get reason(): string {
    return this.#router().state.reason.text;
  }

  get conditions(): string[] {
    return this.engine.reporter.conditions.map(({ code }) => code);
  }

  start(): this {
    this.engine.post({ type: "start" });
    return this;
  }

  startActive(): this {
    return this.start().pass(3700);
  }

  addLink(name: string, change: Partial<Link> = {}): void {
    const index = 2 + this.#linkCount++;
    const mac = "02:00:00:00:00:01" as MacAddress;
    this.links.set(name, { index, name, up: true, carrier: true, mac, ...change });
  }

  changeLink(name: string, change: Partial<Link> | undefined): this {
    const link = this.links.get(name);
    if (change === undefined) this.links.delete(name);
    else if (link) this.links.set(name, { ...link, ...change });
    this.engine.post({ type: "network-changed" });
    return this;
  }

  /** Somebody else removes one of our addresses. */
  removeAddress(address: IpAddress): this {
    const lease = this.leases.get(address);
    this.leases.delete(address);
    if (lease === undefined) throw new Error(`${address} is not there`);
    const { interfaceIndex } = lease;
    this.engine.post({ type: "lease-removed", removed: { interfaceIndex, address } });
    return this;
  }

  /** Ends the oldest run that is under way. */
  endCheck(outcome: Partial<CheckOutcome> = {}): this {
    const started = this.checkRuns.shift();
    if (started === undefined) throw new Error("no check runs");
    const full = { ok: true, detail: "exit code 0", seconds: 0.01, output: "", ...outcome };
    this.engine.post({ type: "check-ended", ...started, outcome: full });
    return this;
  }

  hear(change: Partial<Advertisement> = {}, source = peerAddress, interfaceName = "eth0"): this {
    return this.hearPacket({ source, ttl: 255 }, change, interfaceName);
  }

  /** An Advertisement that comes on a way of its own. */
  hearPacket(
    { source, destination = vrrpGroup[familyOf(source)], ttl }: SimulatedWay,
    change: Partial<Advertisement> = {},
    interfaceName = "eth0",
  ): this {
    const endpoints = { source, destination };
    const payload = encodeAdvertisement(advertisement(change), endpoints);
    const packet = encodeIpPacket({ ...endpoints, protocol: 112, ttl, payload });
    // The sender's kernel numbers IPv4 packets.
    if (familyOf(source) === "ipv4") packet.set([this.#packets >> 8, this.#packets++], 4);
    this.engine.post({ type: "packet", interfaceName, packet });
    return this;
  }

  /** Another host says that the address is its own. */
  claim(address: IpAddress, mac = "02:00:00:00:00:99" as MacAddress): this {
    const frame = encodeAnnouncement({ address, mac });
    const type = familyOf(address) === "ipv4" ? "arp" : "neighbor";
    this.engine.post({ type, interfaceName: "eth0", frame });
    return this;
  }

  makeVirtualLinks(): void {
    for (const make of this.#heldLinks.splice(0)) make();
  }

  /** Lets time pass, with everything that is due in it, in order. */
  pass(span: number): this {
    const end = addTime(this.#now, milliseconds(span));
    for (let next = this.#nextTimer(end); next !== undefined; next = this.#nextTimer(end)) {
      const [key, timer] = next;
      this.#timers.delete(key);
      this.#now = timer.at;
      timer.fire();
    }
    this.#now = end;
    return this;
  }

  #nextTimer(end: Instant): [string, ArmedTimer] | undefined {
    return [...this.#timers]
      .filter(([, timer]) => timer.at <= end)
      .sort(([, left], [, right]) => left.at - right.at || left.order - right.order)[0];
  }

  #router() {
    const [router] = this.engine.routers;
    if (router === undefined) throw new Error("there is a router in the settings");
    return router;
  }

  #ports(): Ports {
    return {
      clock: { now: () => this.#now },
      wallClock: { timestamp: () => "2026-01-01T00:00:00.000Z" },
      timers: {
        arm: (key, duration, fire) => {
          const at = addTime(this.#now, milliseconds(Math.ceil(duration)));
          this.#timers.set(key, { at, order: this.#order++, fire });
        },
        cancel: (key) => void this.#timers.delete(key),
      },
      network: this.#network(),
      routes: this.#routes(),
      nginx: { perform: (action) => void this.nginxActions.push(action) },
      checks: { run: ({ name: check }, run) => void this.checkRuns.push({ check, run }) },
      files: { read: (path) => this.#readFile(path) },
      mail: { send: (mail) => void this.mails.push(mail) },
      hooks: { run: (command, facts) => void this.hooks.push({ command, facts }) },
      log: { write: () => {} },
      journal: {
        keep: (chunk) => void this.chunks.push(chunk),
        lose: (entries) => void (this.lost += entries),
        write: (respond) => void this.recordings.push(respond),
      },
    };
  }

  #readFile(path: string): void {
    if (this.silentFiles.has(path)) return;
    const finding = this.files.get(path) ?? { type: "absent" };
    this.engine.post({ type: "file-found", path, finding });
  }

  /** The kernel takes a route only while its source is there, and removes it together with that. */
  #routes(): RoutePort {
    const isUsable = ({ source }: RouteSettings) => source === undefined || this.leases.has(source);
    return {
      has: (route) => this.routes.has(route) && isUsable(route),
      hold: (asking, route, { lifetime }) => {
        this.routeCalls.push({ call: "hold", route, lifetime });
        const failure = this.refusedRoutes.get(route) ?? (isUsable(route) ? undefined : "EINVAL");
        if (failure === undefined) this.routes.add(route);
        const outcome =
          failure === undefined
            ? ({ ok: true } as const)
            : ({ ok: false, code: failure, message: failure } as const);
        this.engine.post({ type: "route-outcome", ...asking, outcome });
      },
      remove: (route) => {
        this.routeCalls.push({ call: "remove", route });
        this.routes.delete(route);
      },
    };
  }

  #network(): NetworkPort {
    const report = (
      operation: "add" | "renew" | "remove",
      leg: string,
      { prefix: { address } }: Lease,
    ) => {
      const code = operation === "add" ? this.refused.get(address) : undefined;
      const missing = operation === "renew" && !this.leases.has(address) ? "ENOENT" : undefined;
      const failure = code ?? missing;
      const outcome =
        failure === undefined
          ? ({ ok: true } as const)
          : ({ ok: false, code: failure, message: failure } as const);
      this.engine.post({ type: "lease-outcome", leg, operation, address, outcome });
    };
    return {
      link: (name) => this.links.get(name),
      primaryAddress: (_index, family) =>
        family === "ipv4" ? this.primaryAddress : this.linkLocalAddress,
      awaitsPrimaryAddress: () => this.isTentative,
      hasLease: (_index, address) => this.leases.has(address),
      hasOwnAddress: (_index, address) => this.ownAddresses.has(address),
      addLease: (leg, lease) => {
        const { address } = lease.prefix;
        if (!this.refused.has(address)) this.leases.set(address, lease);
        report("add", leg, lease);
      },
      renewLease: (leg, lease) => report("renew", leg, lease),
      removeLease: (leg, lease) => {
        this.leases.delete(lease.prefix.address);
        report("remove", leg, lease);
      },
      virtualLink: ({ name }) => this.links.get(name),
      ensureVirtualLink: (leg, spec) => {
        if (this.holdVirtualLinks) this.#heldLinks.push(() => this.#ensureVirtualLink(leg, spec));
        else this.#ensureVirtualLink(leg, spec);
      },
      setVirtualLink: (index, up) => this.#setVirtualLink(index, up),
      openLan: () => ({
        ok: true,
        lan: {
          sendPacket: (packet) => this.#record(packet),
          sendFrame: (frame) => this.#recordFrame(frame),
          watchAddresses: () => {},
          close: () => {},
        },
      }),
    };
  }

  #ensureVirtualLink(leg: string, { name, mac }: VirtualLinkSpec): void {
    const message = this.virtualLinkFailure;
    const outcome: LeaseOutcome =
      message === undefined ? { ok: true } : { ok: false, code: "EPERM", message };
    if (outcome.ok && !this.links.has(name)) this.addLink(name, { mac, up: false });
    this.engine.post({ type: "virtual-link-outcome", leg, outcome });
  }

  #setVirtualLink(index: number, up: boolean): void {
    const link = this.links.values().find((each) => each.index === index);
    if (link === undefined || link.up === up) return;
    this.links.set(link.name, { ...link, up });
    this.engine.post({ type: "virtual-link-changed", name: link.name });
  }

  #recordFrame(frame: Uint8Array): string | undefined {
    this.sourceMacs.push(macAddressFromBytes(frame, 6));
    if (carriesVrrp(frame)) return this.#record(frame.subarray(14));
    this.announced.push(this.#now);
    this.frames.push(frame);
    return undefined;
  }

  #record(packet: Uint8Array): string | undefined {
    if (this.sendFailure !== undefined) return this.sendFailure;
    const opened = openPacket(packet);
    if (!opened.ok) throw new Error(`sent a packet that ${opened.refusal} refuses`);
    this.sent.push(opened.value.advertisement);
    this.destinations.push(opened.value.packet.destination);
    this.onSent(opened.value.advertisement);
    return undefined;
  }
}

/** By EtherType and, in the header behind it, by protocol. */
function carriesVrrp(frame: Uint8Array): boolean {
  const etherType = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
  return etherType === 0x0800 || (etherType === 0x86dd && frame[20] === 112);
}
