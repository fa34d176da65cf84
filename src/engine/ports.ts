import type { MailText } from "#alerts/notification-mail.ts";
import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { Clock, Milliseconds, WallClock } from "#base/time.ts";
import type { NginxAction } from "#nginx/events.ts";
import type { Chunk } from "#recording/entries.ts";
import type { VirtualLinkIdentity } from "#vrrp/virtual-mac.ts";
import type { Respond } from "./commands.ts";
import type { CheckSettings, RouteSettings } from "./settings.ts";

/**
 * Everything that the engine needs of the world. Every method returns at once and never throws;
 * what comes of it arrives later as an input. So nothing can hold up an Advertisement.
 */
export interface Ports {
  readonly clock: Clock;
  readonly wallClock: WallClock;
  readonly timers: TimerPort;
  readonly network: NetworkPort;
  readonly routes: RoutePort;
  readonly nginx: NginxPort;
  readonly checks: CheckPort;
  readonly files: FilePort;
  readonly mail: MailPort;
  readonly hooks: HookPort;
  readonly log: LogPort;
  readonly journal: JournalPort;
}

/** Of silence: somebody was not heard. Before it fires, what waits in the sockets is handled. */
export type TimerMeaning = "silence" | undefined;

export interface TimerPort {
  /** Calls `fire` once, not before `duration` has passed; replaces a timer of the same key. */
  arm(key: string, duration: Milliseconds, fire: () => void, meaning?: TimerMeaning): void;
  cancel(key: string): void;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  /** Set up by the administrator (IFF_UP). */
  readonly up: boolean;
  /** A cable with somebody at its other end (IFF_LOWER_UP). */
  readonly carrier: boolean;
  /** Undefined where there is none to announce, on a tunnel. */
  readonly mac: MacAddress | undefined;
}

/** The interface that a Virtual Router's MAC address wants. */
export interface VirtualLinkSpec extends VirtualLinkIdentity {
  /** The interface below it. */
  readonly parentName: string;
  readonly parentIndex: number;
}

/** A virtual address on an interface, for as long as it is renewed. */
export interface Lease {
  readonly interfaceIndex: number;
  readonly prefix: VirtualAddress;
  readonly lifetime: Milliseconds;
  /** Brings a route to its prefix by the interface. */
  readonly prefixRoute?: boolean;
}

export type LeaseOutcome =
  | { readonly ok: true }
  /** FOREIGN: the address is there, but not ours to touch. Otherwise an errno name. */
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface NetworkPort {
  link(name: string): Link | undefined;
  /** The address that this host sends from on the interface; never a virtual one. */
  primaryAddress(interfaceIndex: number, family: IpFamily): IpAddress | undefined;
  /** Whether there will be one for IPv6, or not, in a moment: it is still tentative (RFC 4862, 5.4). */
  awaitsPrimaryAddress(interfaceIndex: number): boolean;
  /** Whether the leased address is on the interface now. */
  hasLease(interfaceIndex: number, address: IpAddress): boolean;
  /** Whether the address is on the interface and this host's own: not a leased one. */
  hasOwnAddress(interfaceIndex: number, address: IpAddress): boolean;
  /** In the kernel when the call returns; the outcome is posted as `lease-outcome` of this leg. */
  addLease(leg: string, lease: Lease): void;
  renewLease(leg: string, lease: Lease): void;
  removeLease(leg: string, lease: Lease): void;
  /** The interface that is as asked for; undefined while it is not there. */
  virtualLink(spec: VirtualLinkSpec): Link | undefined;
  /**
   * Makes it, down, where it is not there, and sets what the kernel must do about it, also where it
   * is. The outcome is posted as `virtual-link-outcome` of this leg.
   */
  ensureVirtualLink(leg: string, spec: VirtualLinkSpec): void;
  /** Up when the call returns, or down a little later. */
  setVirtualLink(interfaceIndex: number, up: boolean): void;
  /** Joins the VRRP group there; what is heard is posted as `packet`, `arp` and `neighbor`. */
  openLan(link: Link, families: ReadonlySet<IpFamily>): LanResult;
}

/** Who asks for a route: the name of the unit, and what that calls the route. */
export interface RouteRequest {
  readonly unit: string;
  readonly route: string;
}

export interface RouteTerms {
  /** Undefined: the kernel finds it by the gateway. */
  readonly interfaceIndex: number | undefined;
  /** Without renewal the kernel ends an IPv6 route after so long; one of IPv4 ends with its source. */
  readonly lifetime: Milliseconds;
}

export interface RoutePort {
  /** Whether it is there now, and ours. */
  has(route: RouteSettings): boolean;
  /**
   * Adds it, or renews it where it is there. In the kernel when the call returns; the outcome is posted
   * as `route-outcome`.
   */
  hold(asking: RouteRequest, route: RouteSettings, terms: RouteTerms): void;
  remove(route: RouteSettings): void;
}

export type LanResult =
  | { readonly ok: true; readonly lan: Lan }
  | { readonly ok: false; readonly message: string };

/** Undefined when it was sent, else why not. */
export type SendFailure = string | undefined;

/** The network behind one interface. */
export interface Lan {
  sendPacket(packet: Uint8Array): SendFailure;
  sendFrame(frame: Uint8Array): SendFailure;
  /** Ask to be told of ARP and Neighbor Discovery that may claim one of these addresses. */
  watchAddresses(addresses: readonly IpAddress[]): void;
  close(): void;
}

export interface NginxPort {
  perform(action: NginxAction): void;
}

export interface CheckPort {
  /** Runs the check once, within its time limit; the outcome is posted as `check-ended`. */
  run(check: CheckSettings, run: number): void;
}

export interface FilePort {
  /** What is found there is posted as `file-found`. */
  read(path: string): void;
}

export interface MailPort {
  send(mail: MailText): void;
}

/** What a hook is told, in its environment. */
export interface HookFacts {
  /** "active", "backup", "fault": the key of the configuration that named the hook. */
  readonly event: string;
  readonly router: string;
  readonly vrid: number;
  readonly interfaceName: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly reasonCode: string;
  readonly priority: number;
  readonly addresses: readonly string[];
  readonly routerId: string;
}

export interface HookPort {
  /** `command` is an absolute path with its arguments. */
  run(command: readonly string[], facts: HookFacts): void;
}

/** Where what happened is kept, for a recording of the last hours. */
export interface JournalPort {
  /** A chunk is not changed any more once it is handed over. */
  keep(chunk: Chunk): void;
  /** So many entries were not kept. */
  lose(entries: number): void;
  /** Writes a recording of all that was kept; the answer is the file, or why there is none. */
  write(respond: Respond | undefined): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogPort {
  /** `event` is a stable name such as `router.transition`. */
  write(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>): void;
}
