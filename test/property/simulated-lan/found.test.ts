import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Incident } from "../../support/simulated-lan/incident.ts";
import { playIncidents, playScenario } from "../../support/simulated-lan/play.ts";
import type { Scenario } from "../../support/simulated-lan/scenario.ts";

/** A counterexample that random runs found once. */
interface Found {
  readonly proves: string;
  readonly scenario: Scenario;
  /** Without them the scenario's own steps are played. */
  readonly incidents?: readonly Incident[];
}

describe("what random runs found", () => {
  const folder = join(import.meta.dirname, "found");
  for (const name of globSync("*.json", { cwd: folder })) {
    const found = JSON.parse(readFileSync(join(folder, name), "utf8")) as Found;
    test(`${name}: ${found.proves}`, () => {
      if (found.incidents === undefined) playScenario(found.scenario);
      else playIncidents(found.scenario, found.incidents);
    });
  }
});
