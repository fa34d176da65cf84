import { familyOf, type IpAddress } from "#base/ip-address.ts";
import { Engine } from "#engine/engine.ts";
import type { LeaseOutcomeInput } from "#engine/inputs.ts";
import type {
  Lan,
  LanResult,
  Lease,
  LeaseOutcome,
  Link,
  NetworkPort,
  Ports,
  SendFailure,
  TimerPort,
  VirtualLinkSpec,
} from "#engine/ports.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { EventLoop } from "./event-loop.ts";
import { type Frame, packetFrame, rawFrame, socketOf } from "./frame.ts";
import type { Kernel, KernelLink, KernelNews } from "./kernel.ts";
import type { Machine, Task } from "./machine.ts";

/** The world around one run of the daemon. */
export interface Surroundings {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly random: () => number;
  transmit(link: Link, frame: Frame): SendFailure;
  /** Called when the engine has handled something to its end. */
  onHandled(): void;
  onLog(event: string, fields: Readonly<Record<string, unknown>>): void;
}

interface OpenLan {
  readonly link: Link;
  readonly watched: Set<IpAddress>;
  open: boolean;
}

/** How late the kernel's word is read, in milliseconds. */
const netlinkDelay = 0.2;

/** One run of the daemon: an engine, what it knows of the kernel, and its event loop. */
export class Process {
  readonly engine: Engine;
  readonly loop = new EventLoop();
  /** The most timers that were armed at one time. */
  mostTimers = 0;
  /** What the kernel has told and nobody has read yet. */
  unread = 0;
  readonly #around: Surroundings;
  readonly #timers = new Map<string, Task>();
  readonly #lans = new Set<OpenLan>();
  /** The kernel's tables, as far as they have been read. */
  readonly #links: Map<string, KernelLink>;
  readonly #ownAddresses: Map<string, readonly IpAddress[]>;
  readonly #leases = new Set<string>();

  constructor(settings: EngineSettings, around: Surroundings) {
    this.#around = around;
    this.#links = new Map(around.kernel.links);
    this.#ownAddresses = new Map(around.kernel.ownAddresses);
    this.engine = new Engine(settings, this.#ports());
  }

  start(): void {
    this.#around.kernel.onNews = (news) => {
      this.unread++;
      this.#later(() => {
        this.unread--;
        this.#read(news);
      });
    };
    this.#post({ type: "start" });
  }

  /** As after kill -9. */
  end(): void {
    this.loop.end();
    for (const task of this.#timers.values()) task.cancel();
    this.#timers.clear();
    this.#around.kernel.onNews = () => {};
  }

  /** A frame that arrived at an interface. */
  receive(interfaceName: string, frame: Frame): void {
    const { kind, bytes } = frame;
    for (const lan of this.#lans) {
      if (lan.link.name !== interfaceName || !isFor(lan, frame)) continue;
      this.loop.arrive(`${interfaceName} ${socketOf(frame)}`, () => {
        if (!lan.open) return;
        if (kind === "packet") this.#post({ type: kind, interfaceName, packet: bytes });
        else this.#post({ type: kind, interfaceName, frame: bytes });
      });
    }
  }

  #post(input: Parameters<Engine["post"]>[0]): void {
    this.engine.post(input);
    this.#around.onHandled();
  }

  /** Over the netlink socket, where nothing overtakes anything. */
  #later(run: () => void): void {
    this.#around.machine.after(netlinkDelay, () => this.loop.arrive("netlink", run));
  }

  #read(news: KernelNews): void {
    switch (news.type) {
      case "link":
        replace(this.#links, news.name, news.link);
        break;
      case "virtual-link":
        replace(this.#links, news.name, news.link);
        return this.#post({ type: "virtual-link-changed", name: news.name });
      case "own-addresses":
        this.#ownAddresses.set(news.name, news.addresses);
        break;
      case "leased":
        this.#leases.add(keyOf(news));
        return;
      case "removed": {
        this.#leases.delete(keyOf(news));
        const { interfaceIndex, address } = news;
        return this.#post({ type: "lease-removed", removed: { interfaceIndex, address } });
      }
    }
    this.#post({ type: "network-changed" });
  }

  #ports(): Ports {
    const { machine } = this.#around;
    return {
      clock: { now: () => machine.bootTime() },
      wallClock: { timestamp: () => "2026-01-01T00:00:00.000Z" },
      timers: this.#timerPort(),
      network: this.#networkPort(),
      routes: { has: () => false, hold: () => {}, remove: () => {} },
      nginx: { perform: () => {} },
      checks: { run: () => {} },
      files: { read: () => {} },
      mail: { send: () => {} },
      journal: { keep: () => {}, lose: () => {}, write: () => {} },
      hooks: { run: () => {} },
      log: { write: (_level, event, fields) => this.#around.onLog(event, fields) },
    };
  }

  /** Whole milliseconds, and up to one and a half late. */
  #timerPort(): TimerPort {
    const { machine, random } = this.#around;
    const cancel = (key: string) => {
      this.#timers.get(key)?.cancel();
      this.#timers.delete(key);
    };
    return {
      cancel,
      arm: (key, duration, fire) => {
        cancel(key);
        const span = Math.ceil(duration) + 1.5 * random();
        const task = machine.after(span, () => {
          this.loop.due(() => {
            if (this.#timers.get(key) !== task) return;
            this.#timers.delete(key);
            fire();
            this.#around.onHandled();
          });
        });
        this.#timers.set(key, task);
        this.mostTimers = Math.max(this.mostTimers, this.#timers.size);
      },
    };
  }

  #networkPort(): NetworkPort {
    const { kernel } = this.#around;
    return {
      link: (name) => this.#links.get(name),
      primaryAddress: (index, family) =>
        this.#ownAddressesOn(index).find((address) => familyOf(address) === family),
      hasLease: (interfaceIndex, address) => this.#leases.has(keyOf({ interfaceIndex, address })),
      awaitsPrimaryAddress: () => false,
      hasOwnAddress: (index, address) => this.#ownAddressesOn(index).includes(address),
      addLease: (leg, lease) => this.#report("add", leg, lease, kernel.addLease(lease)),
      renewLease: (leg, lease) => this.#report("renew", leg, lease, this.#renew(lease)),
      removeLease: (leg, lease) => this.#report("remove", leg, lease, kernel.removeLease(lease)),
      virtualLink: ({ name, parentIndex }) => {
        const link = this.#links.get(name);
        return link?.parentIndex === parentIndex ? link : undefined;
      },
      ensureVirtualLink: (leg, spec) => this.#later(() => this.#ensureVirtualLink(leg, spec)),
      setVirtualLink: (index, up) => kernel.setState(index, up),
      openLan: (link) => this.#openLan(link),
    };
  }

  #ownAddressesOn(index: number): readonly IpAddress[] {
    const name = this.#links.values().find((link) => link.index === index)?.name;
    return this.#ownAddresses.get(name ?? "") ?? [];
  }

  #ensureVirtualLink(leg: string, spec: VirtualLinkSpec): void {
    const outcome = this.#around.kernel.ensureVirtualLink(spec);
    this.#later(() => this.#post({ type: "virtual-link-outcome", leg, outcome }));
  }

  #renew(lease: Lease): LeaseOutcome {
    const { interfaceIndex, prefix } = lease;
    const known = this.#leases.has(keyOf({ interfaceIndex, address: prefix.address }));
    if (known) return this.#around.kernel.putLease(lease);
    return { ok: false, code: "ABSENT", message: "the address is not on the interface any more" };
  }

  #report(
    operation: LeaseOutcomeInput["operation"],
    leg: string,
    { prefix: { address } }: Lease,
    outcome: LeaseOutcome,
  ): void {
    this.#later(() => this.#post({ type: "lease-outcome", leg, operation, address, outcome }));
  }

  #openLan(link: Link): LanResult {
    if (this.#around.kernel.links.get(link.name)?.index !== link.index) {
      return { ok: false, message: "no such device" };
    }
    const opened: OpenLan = { link, watched: new Set(), open: true };
    this.#lans.add(opened);
    return { ok: true, lan: this.#lan(opened) };
  }

  #lan(opened: OpenLan): Lan {
    const send = (frame: Frame) => {
      return opened.open ? this.#around.transmit(opened.link, frame) : "EBADF";
    };
    return {
      sendPacket: (packet) => send(packetFrame(packet)),
      sendFrame: (frame) => send(rawFrame(frame)),
      watchAddresses: (addresses) => {
        for (const address of addresses) opened.watched.add(address);
      },
      close: () => {
        opened.open = false;
        this.#lans.delete(opened);
      },
    };
  }
}

function isFor({ watched }: OpenLan, { kind, claim }: Frame): boolean {
  return kind === "packet" || (claim !== undefined && watched.has(claim.address));
}

function keyOf(of: { readonly interfaceIndex: number; readonly address: IpAddress }): string {
  return `${of.interfaceIndex} ${of.address}`;
}

function replace<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
