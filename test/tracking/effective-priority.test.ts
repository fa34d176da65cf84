import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeFailures, type TrackEffect } from "#tracking/effective-priority.ts";

const failure = (source: string, effect: TrackEffect) => ({
  source,
  reason: `${source} fails`,
  effect,
});
const lower = (by: number): TrackEffect => ({ type: "lower-priority", by });

describe("the effective priority", () => {
  test("is the configured one while nothing fails", () => {
    assert.deepEqual(judgeFailures(100, []), { faults: [], lowering: [], priority: 100 });
  });
  test("is lowered by the sum of the weights", () => {
    const failures = [failure("nginx", lower(3)), failure("disk", lower(10))];
    assert.equal(judgeFailures(100, failures).priority, 87);
  });
  test("never falls below 1, because 0 means something else", () => {
    assert.equal(judgeFailures(10, [failure("nginx", lower(253))]).priority, 1);
  });
  test("is beside the point with a fault", () => {
    const verdict = judgeFailures(100, [failure("nginx", { type: "fault" })]);
    assert.deepEqual(
      verdict.faults.map(({ source }) => source),
      ["nginx"],
    );
  });
});
