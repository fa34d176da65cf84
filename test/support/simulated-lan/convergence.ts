import assert from "node:assert/strict";
import { count } from "./host-settings.ts";
import type { LanHost } from "./lan-host.ts";
import { virtualMac } from "#vrrp/virtual-mac.ts";
import { macAddress, type Place, routerName, virtualAddresses, vridOf } from "./names.ts";
import { placesOf, type Scenario } from "./scenario.ts";
import type { SimulatedLan } from "./simulated-lan.ts";

/** How long a router stays in fault after its Advertisements could not be sent. */
const muteHold = 10_000;

/** Timers of whole milliseconds, clocks that differ, packets under way. */
const slack = 100;

/** The longest Active_Down_Interval on the LAN, with the Skew_Time of priority 1. */
export function longestSilence({ version, lossCount, hosts }: Scenario): number {
  const longest = Math.max(...hosts.map(({ interval }) => interval));
  return lossCount * longest + (version === 2 ? 1000 : longest);
}

/** How long packets from before may be under way. */
export function longestDelay({ steps }: Scenario): number {
  const delays = steps.map(({ move }) => (move.do === "wire" ? move.quality.delay[1] : 0));
  return Math.max(0, ...delays);
}

/**
 * Within this time after the last fault one host is Active and all others obey. What was under way
 * arrives; interfaces count as up; who could not send speaks again; start_delay and preempt_delay
 * end; who stood still listens, and waits for the Active_Down_Interval as all do; of two that
 * become Active one hears the other.
 */
export function settlingTime({ scenario, hosts }: SimulatedLan): number {
  const delays = scenario.hosts.map((plan) => plan.upDelay + plan.startDelay + plan.preemptDelay);
  const isMute = hosts.some(({ process }) => process?.engine.routers.some(({ mute }) => mute));
  const hold = isMute ? muteHold : 0;
  return longestDelay(scenario) + Math.max(...delays) + hold + 2 * longestSilence(scenario) + slack;
}

/** One host is Active, the right one, and everybody knows it. */
export function checkConverged(lan: SimulatedLan): void {
  for (const router of count(lan.scenario.routers)) checkRouter(lan, router);
}

function checkRouter(lan: SimulatedLan, router: number): void {
  const name = routerName(router);
  const [active, ...more] = lan.activeHosts(router);
  assert.ok(active !== undefined, `nobody is Active for ${name}`);
  assert.deepEqual(
    more.map((host) => host.name),
    [],
    `also Active for ${name}, beside ${active.name}`,
  );
  for (const host of lan.hosts) {
    if (host === active) continue;
    assert.equal(host.role(router), "backup", `${host.name} of ${name}`);
    const wouldPreempt: boolean =
      preempts(host, router) && priorityOf(host, router) > priorityOf(active, router);
    assert.ok(!wouldPreempt, `${host.name} should have preempted ${active.name} for ${name}`);
  }
}

/** The clients send to the Active Router. */
export function checkClients(lan: SimulatedLan, router: number): void {
  const [active] = lan.activeHosts(router);
  assert.ok(active !== undefined);
  for (const place of placesOf(lan.scenario)) {
    for (const address of virtualAddresses(place, router)) {
      const known = lan.clients[place.segment]?.lookUp(address);
      const what = `a client's way to ${address}`;
      assert.equal(known, macOf(lan.scenario, active, { place, router }), what);
    }
  }
}

function macOf(
  { virtualMac: isVirtual }: Scenario,
  host: LanHost,
  { place, router }: { readonly place: Place; readonly router: number },
) {
  if (isVirtual && !host.owns(router)) return virtualMac(place.family, vridOf(router));
  return macAddress(place.segment, host.index);
}

/** An owner preempts whatever Preempt_Mode says. */
export function preempts(host: LanHost, router: number): boolean {
  return host.plan.preempt || host.owns(router);
}

export function priorityOf({ plan }: LanHost, router: number): number {
  return plan.priorities[router] ?? 0;
}

/** Nothing moves: the Active Router advertises at its interval, and nobody else says anything. */
export function checkQuiet(lan: SimulatedLan, span: number): void {
  const before = lan.transitions.length;
  const start = lan.now;
  lan.pass(span);
  assert.deepEqual(lan.transitions.slice(before), [], "without any cause");
  for (const router of count(lan.scenario.routers)) {
    const sent = lan.sent.filter((each) => each.at > start && each.router === router);
    const [active] = lan.activeHosts(router);
    if (active === undefined) continue;
    const strangers = sent.filter(({ host }) => host !== active.index);
    assert.deepEqual(strangers, [], "advertisements of who is not Active");
    const expected = (span / active.plan.interval) * packetsPerInterval(lan.scenario);
    assert.ok(Math.abs(sent.length - expected) <= 0.2 * expected + 2, `${sent.length} sent`);
  }
}

function packetsPerInterval(scenario: Scenario): number {
  const destinations = scenario.unicast ? scenario.hosts.length - 1 : 1;
  return placesOf(scenario).length * destinations;
}
