import fc from "fast-check";
import type { IpFamily } from "#base/ip-address.ts";
import { ownerPriority } from "#vrrp/constants.ts";
import type { Incident, IncidentKind } from "./incident.ts";
import type { HostPlan, Move, Scenario, Step, WireQuality } from "./scenario.ts";

/** Hosts and segments are drawn from these, and folded onto those that the scenario has. */
const anyHost = fc.nat(4);
const anySegment = fc.nat(2);

/** A span in its own unit: the scenario's interval, or milliseconds. */
interface Span {
  readonly intervals: number;
  readonly milliseconds: number;
}

const anySpan: fc.Arbitrary<Span> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ intervals: fc.nat(5), milliseconds: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ intervals: fc.nat(30), milliseconds: fc.nat(500) }) },
  { weight: 1, arbitrary: fc.record({ intervals: fc.constant(0), milliseconds: fc.nat(8000) }) },
);

/** Delays are written in thousandths of the interval until the interval is known. */
const anyQuality: fc.Arbitrary<WireQuality> = fc.record({
  loss: fc.constantFrom(0, 0, 0.1, 0.3, 0.7, 1),
  duplicates: fc.constantFrom(0, 0, 0.3),
  delay: fc
    .tuple(fc.constantFrom(0.05, 1, 50), fc.constantFrom(0.5, 5, 300, 2500))
    .map(([least, spread]): readonly [number, number] => [least, least + spread]),
});

type Draft<Of> = Of extends { readonly span: number } ? Omit<Of, "span"> & { span: Span } : Of;

const anyMove: fc.Arbitrary<Draft<Move>> = fc.oneof(
  wordy("wire", { segment: anySegment, quality: anyQuality }),
  wordy("cut", { segment: anySegment, from: anyHost, to: anyHost }),
  wordy("split", {
    segment: anySegment,
    groups: fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }),
  }),
  wordy("join", { segment: anySegment }),
  {
    weight: 3,
    arbitrary: wordy("stand-still", {
      host: anyHost,
      how: fc.constantFrom("process", "suspend", "pause"),
      span: anySpan,
    }),
  },
  wordy("kill", { host: anyHost }),
  wordy("stop", { host: anyHost }),
  wordy("power-off", { host: anyHost }),
  { weight: 3, arbitrary: wordy("start", { host: anyHost }) },
  {
    weight: 2,
    arbitrary: wordy("link", {
      host: anyHost,
      segment: anySegment,
      state: fc.constantFrom("up", "up", "no-carrier", "down", "gone", "replaced"),
    }),
  },
  wordy("track", { host: anyHost, well: fc.boolean() }),
  wordy("hand-over", { host: anyHost, cancel: fc.boolean() }),
  wordy("remove-address", { host: anyHost, segment: anySegment }),
  wordy("own-address", { host: anyHost, segment: anySegment, there: fc.boolean() }),
  wordy("filter", { host: anyHost, segment: anySegment, on: fc.boolean() }),
);

/** A kind of move with its details; the checker sees in `anyMove` that they belong together. */
function wordy<Name extends Move["do"]>(
  name: Name,
  details: { readonly [Key in string]: fc.Arbitrary<unknown> },
): fc.Arbitrary<Draft<Extract<Move, { do: Name }>>> {
  const made = fc.record({ do: fc.constant(name), ...details });
  return made as unknown as fc.Arbitrary<Draft<Extract<Move, { do: Name }>>>;
}

const anyPriority = fc.oneof(fc.constantFrom(50, 100, 150, 254), fc.integer({ min: 1, max: 254 }));

interface PlanDraft extends Omit<HostPlan, "interval"> {
  readonly intervalFactor: number;
}

const anyHostPlan: fc.Arbitrary<PlanDraft> = fc.record({
  priorities: fc.tuple(anyPriority, anyPriority),
  preempt: fc.boolean(),
  intervalFactor: fc.constantFrom(1, 2, 4),
  clockRate: fc.constantFrom(1, 1.0002, 0.9998),
  onFailure: fc.constantFrom<HostPlan["onFailure"]>("fault", 10, 120),
  preemptDelay: fc.constantFrom(0, 0, 0, 700),
  startDelay: fc.constantFrom(0, 0, 0, 900),
  upDelay: fc.constantFrom(0, 0, 0, 300),
  downDelay: fc.constantFrom(0, 0, 0, 200),
});

/** The host that owns the addresses of a router. */
const anyOwner = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: anyHost },
);

const draft = fc.record({
  seed: fc.nat(1_000_000),
  version: fc.constantFrom(3, 3, 2),
  lossCount: fc.constantFrom(3, 3, 3, 2, 5),
  segments: fc.constantFrom(1, 1, 1, 1, 2, 2, 3),
  families: fc.constantFrom<readonly IpFamily[]>(["ipv4"], ["ipv4"], ["ipv6"], ["ipv4", "ipv6"]),
  unicast: fc.constantFrom(false, false, true),
  virtualMac: fc.constantFrom(false, false, true),
  owners: fc.tuple(anyOwner, anyOwner),
  routers: fc.constantFrom(1, 1, 1, 2),
  interval: fc.constantFrom(10, 100, 250, 1000, 3000),
  mixedIntervals: fc.constantFrom(false, false, true),
  hosts: fc.array(anyHostPlan, { minLength: 2, maxLength: 5, size: "max" }),
  steps: fc.array(fc.record({ after: anySpan, move: anyMove }), { maxLength: 16, size: "max" }),
});

type ScenarioDraft = typeof draft extends fc.Arbitrary<infer Of> ? Of : never;

/** Any LAN, and anything that can happen on it. */
export const anyScenario: fc.Arbitrary<Scenario> = draft.map(finish);

/** Any LAN of equal intervals and one router, on which nothing happens by itself. */
export const anyCalmLan: fc.Arbitrary<Scenario> = draft.map(calm);

export const anyIncident: fc.Arbitrary<Incident> = fc.record({
  kind: fc.constantFrom<IncidentKind>(
    "stop",
    "kill",
    "power-off",
    "no-carrier",
    "track",
    "hand-over",
    "process",
    "suspend",
    "pause",
    "deaf",
    "unheard",
  ),
  toActive: fc.boolean(),
  backup: fc.nat(3),
  after: fc.nat(3000),
  span: fc.oneof(fc.nat(4000), fc.nat(20_000)),
});

function finish({ interval, mixedIntervals, owners, ...plan }: ScenarioDraft): Scenario {
  // Version 2 knows whole seconds, and refuses other intervals than its own.
  const base = plan.version === 2 ? Math.max(1000, Math.round(interval / 1000) * 1000) : interval;
  const hosts = plan.hosts.map(({ intervalFactor, ...host }, index) => {
    const factor = mixedIntervals && plan.version === 3 ? intervalFactor : 1;
    const priorities = host.priorities.map((priority, router) => {
      return isFolded(owners[router], index, plan.hosts.length) ? ownerPriority : priority;
    });
    return { ...host, priorities, interval: base * factor };
  });
  const families: readonly IpFamily[] = plan.version === 2 ? ["ipv4"] : plan.families;
  const steps = plan.steps.map(({ after, move }): Step => {
    const folded = fold(move, hosts.length);
    return { after: inMilliseconds(after, base), move: finishMove(folded, base) };
  });
  // Of an Active Router that is left in peace: soon, so that a short test sees it.
  const refreshInterval = 10 * Math.max(...hosts.map((host) => host.interval));
  return { ...plan, families, hosts, steps, refreshInterval };
}

function isFolded(chosen: number | undefined, index: number, hosts: number): boolean {
  return chosen !== undefined && chosen % hosts === index;
}

function calm(each: ScenarioDraft): Scenario {
  // With a longer down_delay a router is deaf for longer than it may be, and does not know.
  const downDelay = (delay: number) => (delay < each.interval ? delay : 0);
  const hosts = each.hosts.map((host): PlanDraft => {
    return { ...host, onFailure: "fault", downDelay: downDelay(host.downDelay) };
  });
  const plan = finish({ ...each, hosts, mixedIntervals: false, routers: 1, steps: [] });
  // So late that it puts nothing right that should have been right before.
  return { ...plan, refreshInterval: 60_000 };
}

function inMilliseconds({ intervals, milliseconds }: Span, interval: number): number {
  return intervals * interval + milliseconds;
}

function fold(move: Draft<Move>, hosts: number): Draft<Move> {
  if ("host" in move) return { ...move, host: move.host % hosts };
  if (move.do === "cut") return { ...move, from: move.from % hosts, to: move.to % hosts };
  if (move.do === "split") return { ...move, groups: move.groups.slice(0, hosts) };
  return move;
}

function finishMove(move: Draft<Move>, interval: number): Move {
  if (move.do === "stand-still") return { ...move, span: inMilliseconds(move.span, interval) };
  if (move.do !== "wire") return move;
  const [least, most] = move.quality.delay;
  const scale = interval / 1000;
  return { ...move, quality: { ...move.quality, delay: [least * scale, most * scale] } };
}
