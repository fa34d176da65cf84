import assert from "node:assert/strict";
import {
  checkClients,
  checkConverged,
  checkQuiet,
  longestDelay,
  settlingTime,
} from "./convergence.ts";
import { count } from "./host-settings.ts";
import { type Incident, meet } from "./incident.ts";
import { describeScenario, type Scenario } from "./scenario.ts";
import { SimulatedLan } from "./simulated-lan.ts";

/**
 * How often a host may change its role once all faults are over, and what they sent has arrived. At worst: its interface comes up,
 * it takes over, hears a better one; or it finds that it stood still and does the same.
 */
const mostChanges = 4;

/** Plays the faults of a scenario, ends them all, and sees that one host is Active and stays it. */
export function playScenario(scenario: Scenario): void {
  tellOnFailure(scenario, (lan) => {
    for (const { after, move } of scenario.steps) lan.pass(after).move(move);
    lan.heal().pass(longestDelay(scenario));
    const healed = lan.transitions.length;
    lan.pass(settlingTime(lan));
    checkConverged(lan);
    checkCalm(lan, healed);
    checkQuiet(lan, 1.1 * scenario.refreshInterval + 200);
    for (const router of count(scenario.routers)) checkClients(lan, router);
  });
}

/** Lets one thing after the other happen to a LAN that is calm each time. */
export function playIncidents(scenario: Scenario, incidents: readonly Incident[]): void {
  tellOnFailure(scenario, (lan) => {
    lan.pass(settlingTime(lan));
    checkConverged(lan);
    for (const incident of incidents) meet(lan, incident);
  });
}

function checkCalm(lan: SimulatedLan, healed: number): void {
  for (const router of count(lan.scenario.routers)) {
    for (const { index, name } of lan.hosts) {
      const changes = lan.transitions
        .slice(healed)
        .filter((each) => each.host === index && each.router === router);
      assert.ok(changes.length <= mostChanges, `${name} changed its role ${changes.length} times`);
    }
  }
}

/** The script and what came of it go into the message: a shrunk counterexample explains itself. */
function tellOnFailure(scenario: Scenario, play: (lan: SimulatedLan) => void): void {
  const lan = new SimulatedLan(scenario);
  try {
    play(lan);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const parts = [message, describeScenario(scenario), ...lan.story, JSON.stringify(scenario)];
    throw new Error(parts.join("\n"), { cause: error });
  }
}
