import type { HealthThresholds } from "#alerts/health-thresholds.ts";
import type { MailLimit } from "#alerts/mail-limiter.ts";
import type { AddressPrefix, IpAddress } from "#base/ip-address.ts";
import type { Milliseconds } from "#base/time.ts";
import type { NginxSettings, StatusRange } from "#nginx/settings.ts";
import type { CheckRules } from "#tracking/check.ts";
import type { DebounceDelays } from "#tracking/debounce.ts";
import type { TrackEffect } from "#tracking/effective-priority.ts";
import type { LegParameters, VirtualRouterParameters } from "#vrrp/virtual-router.ts";

/** The configuration as the engine uses it: defaults filled in, units typed. */
export interface EngineSettings {
  readonly notifications: NotificationSettings;
  readonly routers: readonly RouterSettings[];
  /** Delays by interface name; an interface that is not there has none. */
  readonly interfaceDelays: ReadonlyMap<string, DebounceDelays>;
  /** Undefined when nginx is not ours to run. */
  readonly nginx: NginxSettings | undefined;
  readonly health: HealthThresholds;
  readonly checks: readonly CheckSettings[];
}

/** A named check. */
export interface CheckSettings extends CheckRules {
  readonly name: string;
  /** Below the interval. */
  readonly timeout: Milliseconds;
  readonly probe: CheckProbe;
}

export type CheckProbe =
  | {
      readonly type: "script";
      /** Absolute path and arguments. */
      readonly command: readonly string[];
      readonly user: string;
    }
  | { readonly type: "tcp"; readonly address: string; readonly port: number }
  | { readonly type: "http"; readonly url: string; readonly expectStatus: readonly StatusRange[] };

export interface TrackedFileSettings {
  readonly path: string;
  /** What a number above 0 in it does: the role is given up, or the number lowers the priority. */
  readonly onNumber: "fault" | "lower-priority";
}

export interface NotificationSettings {
  /** The name of this host in logs, mails and status. */
  readonly routerId: string;
  /** Undefined when no mail is wanted. */
  readonly mailLimit: Omit<MailLimit, "routerId"> | undefined;
  readonly hooks: HookSettings;
}

/** Absolute path and arguments by the role that was taken. */
export interface HookSettings {
  readonly active?: readonly string[];
  readonly backup?: readonly string[];
  readonly fault?: readonly string[];
}

/** An address that takes no packets, on its interface: Accept_Mode is false (RFC 9568, 6.1). */
export interface RefusedAddress {
  readonly address: IpAddress;
  readonly interfaceName: string;
}

/** A virtual route: there while its router is Active. */
export interface RouteSettings {
  /** The virtual router of the configuration. */
  readonly router: string;
  readonly destination: AddressPrefix;
  readonly gateway: IpAddress | undefined;
  /** Undefined: the kernel finds it by the gateway. */
  readonly interfaceName: string | undefined;
  /** One of the addresses of the router, with which the kernel removes an IPv4 route: that has one always. */
  readonly source: IpAddress | undefined;
  /** Of IPv6 1 or more. */
  readonly metric: number;
  /** 254 is main. */
  readonly table: number;
}

/** What moves as one: a virtual router, or all of a sync group. */
export interface RouterSettings {
  readonly name: string;
  readonly parameters: VirtualRouterParameters;
  /** At least one; the first decides between equal priorities. */
  readonly legs: readonly LegParameters[];
  /** From the start, or from the moment that its links are up again, until it takes part. */
  readonly startDelay: Milliseconds;
  /** Of the addresses those to which packets are dropped; not when they are the host's own. */
  readonly refused: readonly RefusedAddress[];
  readonly routes: readonly RouteSettings[];
  readonly trackNginx: TrackEffect | undefined;
  readonly trackInterfaces: readonly { readonly name: string; readonly effect: TrackEffect }[];
  readonly trackChecks: readonly { readonly name: string; readonly effect: TrackEffect }[];
  readonly trackFiles: readonly TrackedFileSettings[];
}
