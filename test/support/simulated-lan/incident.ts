import assert from "node:assert/strict";
import {
  checkClients,
  checkConverged,
  longestSilence,
  preempts,
  priorityOf,
  settlingTime,
} from "./convergence.ts";
import { count } from "./host-settings.ts";
import type { LanHost } from "./lan-host.ts";
import type { Move } from "./scenario.ts";
import type { SimulatedLan, Transition } from "./simulated-lan.ts";

/**
 * One thing that happens to one host of a calm LAN. `deaf`: it does not hear the Active Router;
 * `unheard`: nobody hears it; the rest as the moves of a scenario.
 */
export type IncidentKind =
  | "stop"
  | "kill"
  | "power-off"
  | "no-carrier"
  | "track"
  | "hand-over"
  | "process"
  | "suspend"
  | "pause"
  | "deaf"
  | "unheard";

export interface Incident {
  readonly kind: IncidentKind;
  /** Whether it happens to the Active Router; else to the Backup Router of that number. */
  readonly toActive: boolean;
  readonly backup: number;
  /** When, and for how long it lasts on a Backup Router, in thousandths of the interval. */
  readonly after: number;
  readonly span: number;
}

/** The one router of the LAN that is looked at. */
const router = 0;

/** A timer's millisecond on either side, its rounding up, and the way of a packet. */
const tolerance = 4;

/** Lets it happen, and checks that it has the consequences that it should have, and no others. */
export function meet(lan: SimulatedLan, incident: Incident): void {
  const [active] = lan.activeHosts(router);
  assert.ok(active !== undefined);
  const backups = lan.hosts.filter((host) => host !== active);
  lan.pass((incident.after / 1000) * active.plan.interval);
  const backup = backups[incident.backup % backups.length];
  if (incident.toActive) meetAsActive(lan, active, incident);
  else if (backup !== undefined) meetAsBackup(lan, backup, incident);
  if (!isDeafOwner(lan)) checkClients(lan, router);
}

/**
 * An owner of version 2 discards what another one advertises (RFC 3768, 7.1), its last Advertisement
 * too: whom that one had misled is told with the next refresh.
 */
function isDeafOwner({ scenario, hosts }: SimulatedLan): boolean {
  return scenario.version === 2 && hosts.some((host) => host.owns(router));
}

/** What happens to a Backup Router moves nobody else, and does not make it Active. */
function meetAsBackup(lan: SimulatedLan, host: LanHost, incident: Incident): void {
  const { kind } = incident;
  if (!concerns(host, kind)) return;
  const before = lan.transitions.length;
  const mostLoss = (lan.scenario.lossCount - 1) * host.plan.interval - tolerance;
  const span = (incident.span / 1000) * host.plan.interval;
  if (kind === "deaf" && skewTimeOf(lan, host) < 2 * tolerance) return;
  begin(lan, host, kind);
  lan.pass(kind === "deaf" ? Math.max(0, Math.min(span, mostLoss)) : span);
  end(lan, host, kind);
  lan.pass(settlingTime(lan));
  checkConverged(lan);
  const wrong = lan.transitions
    .slice(before)
    .filter((each) => each.host !== host.index || each.to === "active");
  assert.deepEqual(wrong, [], `${kind} of the Backup Router ${host.name} moved the role`);
}

/** The best of the others takes over in time, and the old one comes back as Preempt_Mode says. */
function meetAsActive(lan: SimulatedLan, host: LanHost, { kind, span }: Incident): void {
  if (kind === "deaf" || !concerns(host, kind)) return;
  const others = lan.hosts.filter((each) => each !== host);
  const start = lan.now;
  const before = lan.transitions.length;
  begin(lan, host, kind);
  lan.pass(longestSilence(lan.scenario) + host.plan.downDelay + 2 * tolerance);
  checkTakeOver(lan, others, { kind, start, happened: lan.transitions.slice(before) });
  const winner = others.find((each) => each.role(router) === "active");
  assert.ok(winner !== undefined);
  lan.pass((span / 1000) * host.plan.interval);
  const healed = lan.transitions.length;
  end(lan, host, kind);
  lan.pass(settlingTime(lan));
  checkConverged(lan);
  // Priorities so near that a timer's millisecond let the lower one win: the other preempts it.
  if (others.some((each) => comesBack(each, winner, "stop"))) return;
  const moved = lan.transitions.slice(healed).filter((each) => each.host !== host.index);
  const expected = comesBack(host, winner, kind) ? ["backup"] : [];
  assert.deepEqual(
    moved.map(({ to }) => to),
    expected,
    `${winner.name}, Active since ${kind} of ${host.name}, when that was over`,
  );
}

/** An owner tracks nothing, and is asked in vain to hand over. */
function concerns(host: LanHost, kind: IncidentKind): boolean {
  return !host.owns(router) || (kind !== "track" && kind !== "hand-over");
}

interface TakeOver {
  readonly kind: IncidentKind;
  readonly start: number;
  readonly happened: readonly Transition[];
}

function checkTakeOver(
  lan: SimulatedLan,
  others: readonly LanHost[],
  { kind, start, happened }: TakeOver,
): void {
  const taken = happened.find(({ to }) => to === "active");
  assert.ok(taken !== undefined, `nobody took over after ${kind}`);
  const skew = Math.min(...others.map((each) => skewTimeOf(lan, each)));
  const { interval } = lan.hosts[0]?.plan ?? { interval: 0 };
  const losses = lan.scenario.lossCount;
  const [earliest, latest] = isAnnounced(kind)
    ? [skew, skew + noticedAfter(lan, kind)]
    : [(losses - 1) * interval + skew, losses * interval + skew + noticedAfter(lan, kind)];
  const took = taken.at - start;
  // With a leg left to say so on, even a lost link is announced.
  const least = lan.scenario.segments > 1 ? skew : earliest;
  assert.ok(took >= least - tolerance, `${kind}: taken over after ${took} ms, too early`);
  assert.ok(took <= latest + tolerance, `${kind}: taken over after ${took} ms, too late`);
  const active = others.filter((each) => each.role(router) === "active");
  assert.deepEqual(active.length, 1, `Active after ${kind}`);
  for (const each of active) {
    assert.ok(skewTimeOf(lan, each) <= skew + tolerance, `${each.name} is not the best`);
  }
}

function noticedAfter(lan: SimulatedLan, kind: IncidentKind): number {
  const debounced = kind === "track" || kind === "no-carrier";
  // One timer more, and so its tolerance once more.
  return debounced ? Math.max(...lan.hosts.map(({ plan }) => plan.downDelay)) + tolerance : 0;
}

function isAnnounced(kind: IncidentKind): boolean {
  return kind === "stop" || kind === "track" || kind === "hand-over";
}

/** Whether the one that was Active takes the role back from the one that is. */
function comesBack(host: LanHost, winner: LanHost, kind: IncidentKind): boolean {
  const ours = priorityOf(host, router);
  const theirs = priorityOf(winner, router);
  // Both are Active when they meet again, and Preempt_Mode has no say (RFC 9568, 6.4.3).
  const meetAsTwo = kind === "unheard" || kind === "pause";
  if (meetAsTwo) return ours > theirs || (ours === theirs && host.index > winner.index);
  return preempts(host, router) && ours > theirs;
}

function skewTimeOf({ scenario }: SimulatedLan, host: LanHost): number {
  const scale = scenario.version === 2 ? 1000 : host.plan.interval;
  return ((256 - priorityOf(host, router)) * scale) / 256;
}

function begin(lan: SimulatedLan, host: LanHost, kind: IncidentKind): void {
  const { index } = host;
  for (const move of firstMoves(lan, index, kind)) lan.move(move);
}

function firstMoves(lan: SimulatedLan, host: number, kind: IncidentKind): Move[] {
  const segments = count(lan.scenario.segments);
  const others = lan.hosts.map(({ index }) => index).filter((index) => index !== host);
  switch (kind) {
    case "no-carrier":
      return [{ do: "link", host, segment: 0, state: "no-carrier" }];
    case "track":
      return [{ do: "track", host, well: false }];
    case "hand-over":
      return [{ do: "hand-over", host, cancel: false }];
    case "process":
    case "suspend":
    case "pause":
      return [{ do: "stand-still", host, how: kind, span: 1e9 }];
    case "deaf":
      return segments.flatMap((segment) =>
        others.map((from) => ({ do: "cut", segment, from, to: host }) as const),
      );
    case "unheard":
      return segments.flatMap((segment) =>
        others.map((to) => ({ do: "cut", segment, from: host, to }) as const),
      );
    default:
      return [{ do: kind, host }];
  }
}

/** Undoes it. */
function end(lan: SimulatedLan, host: LanHost, kind: IncidentKind): void {
  if (kind === "no-carrier") {
    lan.move({ do: "link", host: host.index, segment: 0, state: "up" });
  } else if (kind === "track") lan.move({ do: "track", host: host.index, well: true });
  else if (kind === "hand-over") lan.move({ do: "hand-over", host: host.index, cancel: true });
  else if (kind === "deaf" || kind === "unheard") {
    for (const segment of count(lan.scenario.segments)) lan.move({ do: "join", segment });
  } else if (kind === "process" || kind === "suspend" || kind === "pause") host.goOn();
  else lan.move({ do: "start", host: host.index });
}
