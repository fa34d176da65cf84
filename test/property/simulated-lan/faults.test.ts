import { test } from "node:test";
import fc from "fast-check";
import { tryMany } from "../../support/random-runs.ts";
import { anyScenario } from "../../support/simulated-lan/arbitrary.ts";
import { playScenario } from "../../support/simulated-lan/play.ts";

test("after any faults on any LAN one host is Active, the right one, and nothing moves", (context) => {
  tryMany(context, 40, fc.property(anyScenario, playScenario));
});
