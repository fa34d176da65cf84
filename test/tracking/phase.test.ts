import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import { phaseOf } from "#tracking/phase.ts";

function phases(count: number, interval = seconds(10)) {
  return Array.from({ length: count }, (_, index) => phaseOf(index, count, interval));
}

describe("the phases of periodic things", () => {
  test("let a single one begin at once, and keep its interval", () => {
    assert.deepEqual(phases(1), [{ first: 0, shift: 0 }]);
  });

  test("spread 255 of them: first over a second, then over the interval", () => {
    const all = phases(255);
    const gaps = (times: readonly number[]) =>
      times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const first = all.map((phase) => phase.first);
    const second = all.map(({ first: begin, shift }) => begin + seconds(10) + shift);
    assert.ok(gaps(first).every((gap) => gap > 3.9));
    assert.ok(Math.max(...first) < seconds(1));
    assert.ok(gaps(second).every((gap) => gap > 39));
    assert.ok(Math.max(...second) < seconds(20));
  });

  test("stay within an interval that is shorter than a second", () => {
    for (const { first, shift } of phases(4, milliseconds(100))) {
      assert.ok(first < 100);
      assert.equal(shift, 0);
    }
  });
});
