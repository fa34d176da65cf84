import type { IpFamily } from "#base/ip-address.ts";
import type { VrrpVersion } from "#vrrp/advertisement.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { Place } from "./names.ts";

/** One host of a simulated LAN, as a script sets it up. Spans are milliseconds. */
export interface HostPlan {
  /** By router; 255 for one whose addresses are this host's own. */
  readonly priorities: readonly number[];
  readonly preempt: boolean;
  readonly interval: number;
  /** How fast its clock runs; 1 is right. */
  readonly clockRate: number;
  /** What the failure of the tracked interface costs: the role, or so much priority. */
  readonly onFailure: "fault" | number;
  readonly preemptDelay: number;
  readonly startDelay: number;
  /** How long an interface must be up, or down, to count as such. */
  readonly upDelay: number;
  readonly downDelay: number;
}

/** How a segment treats what is sent on it. Probabilities are 0 to 1. */
export interface WireQuality {
  readonly loss: number;
  readonly duplicates: number;
  /** Each packet takes its own time in between: with a wide range they overtake each other. */
  readonly delay: readonly [number, number];
}

/**
 * How a host stands still. `process`: the daemon alone, while the kernel goes on. `suspend`: all of
 * it, and its boot clock counts. `pause`: a virtual machine that its host stops, whose clock does
 * not count.
 */
export type StandStill = "process" | "suspend" | "pause";

export type LinkState = "up" | "no-carrier" | "down" | "gone" | "replaced";

export type Move =
  | { readonly do: "wire"; readonly segment: number; readonly quality: WireQuality }
  /** What `from` sends does not reach `to` any more, until the segment is joined. */
  | { readonly do: "cut"; readonly segment: number; readonly from: number; readonly to: number }
  /** Hosts of different groups do not hear each other. */
  | { readonly do: "split"; readonly segment: number; readonly groups: readonly number[] }
  /** Undoes cuts and splits. */
  | { readonly do: "join"; readonly segment: number }
  | {
      readonly do: "stand-still";
      readonly host: number;
      readonly how: StandStill;
      readonly span: number;
    }
  /** kill -9, an ordered stop, loss of power; and the start after it. */
  | { readonly do: "kill" | "stop" | "power-off" | "start"; readonly host: number }
  | {
      readonly do: "link";
      readonly host: number;
      readonly segment: number;
      readonly state: LinkState;
    }
  | { readonly do: "track"; readonly host: number; readonly well: boolean }
  | { readonly do: "hand-over"; readonly host: number; readonly cancel: boolean }
  /** Somebody removes a virtual address. */
  | { readonly do: "remove-address"; readonly host: number; readonly segment: number }
  /** The host's own address goes or comes back. */
  | {
      readonly do: "own-address";
      readonly host: number;
      readonly segment: number;
      readonly there: boolean;
    }
  /** The kernel refuses to send. */
  | {
      readonly do: "filter";
      readonly host: number;
      readonly segment: number;
      readonly on: boolean;
    };

export interface Step {
  /** Milliseconds after the step before. */
  readonly after: number;
  readonly move: Move;
}

/** A whole run, as data: the same scenario always goes the same way. */
export interface Scenario {
  /** Decides the fate of each packet, and the small delays. */
  readonly seed: number;
  readonly version: VrrpVersion;
  readonly lossCount: number;
  /** Between announcements of an Active Router that nothing happens to. */
  readonly refreshInterval: number;
  /** 1 to 3; each router has a leg on each, for each family. */
  readonly segments: number;
  /** IPv4, IPv6 or both, in this order. */
  readonly families: readonly IpFamily[];
  /** The hosts know each other, and do not speak to the group. */
  readonly unicast: boolean;
  /** The addresses have the MAC address of the router, but those of an owner. */
  readonly virtualMac: boolean;
  /** 1 or 2. */
  readonly routers: number;
  readonly hosts: readonly HostPlan[];
  readonly steps: readonly Step[];
}

export const calmWire: WireQuality = { loss: 0, duplicates: 0, delay: [0.05, 0.5] };

/** Where each router has its legs: the first decides between equal priorities. */
export function placesOf({ families, segments }: Scenario): Place[] {
  const numbers = Array.from({ length: segments }, (_, segment) => segment);
  return families.flatMap((family) => numbers.map((segment) => ({ family, segment })));
}

export function isOwner({ priorities }: HostPlan, router: number): boolean {
  return priorities[router] === ownerPriority;
}

export function hostName(index: number): string {
  return `gw${index + 1}`;
}

/** The scenario as a script for people. */
export function describeScenario(scenario: Scenario): string {
  const { seed, version, lossCount, segments, routers, hosts, steps } = scenario;
  const ways = [
    scenario.families.join(" and "),
    scenario.unicast ? "by unicast" : "by multicast",
    scenario.virtualMac ? "with virtual MAC addresses" : "with the interfaces' MAC addresses",
  ];
  let at = 0;
  return [
    `seed ${seed}, version ${version}, loss count ${lossCount}, ${segments} segment(s), ${routers} router(s)`,
    ways.join(", "),
    ...hosts.map(describeHost),
    ...steps.map(({ after, move }) => {
      at += after;
      return `${String(at).padStart(8)} ms: ${describeMove(move)}`;
    }),
  ].join("\n");
}

function describeHost(plan: HostPlan, index: number): string {
  const { priorities, preempt, interval, clockRate, onFailure } = plan;
  const effect = onFailure === "fault" ? "fault" : `-${onFailure}`;
  return [
    `${hostName(index)}: priority ${priorities.join(" and ")}`,
    preempt ? `preempts after ${plan.preemptDelay} ms` : "does not preempt",
    `${interval} ms`,
    `clock ${clockRate}`,
    `on failure ${effect}`,
    `delays: start ${plan.startDelay}, up ${plan.upDelay}, down ${plan.downDelay} ms`,
  ].join(", ");
}

export function describeMove({ do: name, ...rest }: Move): string {
  const facts = Object.entries(rest).map(([key, value]) => {
    if (key === "host" || key === "from" || key === "to") {
      return `${key === "host" ? "" : `${key} `}${hostName(value as number)}`;
    }
    return `${key} ${JSON.stringify(value)}`;
  });
  return [name, ...facts].join(" ");
}
