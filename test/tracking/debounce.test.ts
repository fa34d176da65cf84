import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import { type DebounceState, settledAt, stepDebounce } from "#tracking/debounce.ts";

const delays = { up: seconds(2), down: milliseconds(500) };
const seen = (state: DebounceState, up: boolean) =>
  stepDebounce(delays, state, { type: "seen", up });
const fire = (state: DebounceState, generation: number) =>
  stepDebounce(delays, state, { type: "timer-fired", timer: "settle", generation });

describe("a state that flaps", () => {
  test("counts after its delay", () => {
    const step = seen(settledAt(true), false);
    assert.equal(step.state.settled, true);
    assert.deepEqual(step.actions, [
      { type: "arm-timer", timer: "settle", duration: 500, generation: 1 },
    ]);
    assert.equal(fire(step.state, 1).state.settled, false);
  });

  test("does not count when it is over before its delay", () => {
    const down = seen(settledAt(true), false).state;
    const step = seen(down, true);
    assert.deepEqual(step.actions, [{ type: "cancel-timer", timer: "settle" }]);
    assert.equal(fire(step.state, 1).state.settled, true);
  });

  test("that is only seen again changes nothing", () => {
    assert.deepEqual(seen(settledAt(true), true).actions, []);
  });

  test("counts at once without a delay", () => {
    const none = { up: milliseconds(0), down: milliseconds(0) };
    const step = stepDebounce(none, settledAt(true), { type: "seen", up: false });
    assert.equal(step.state.settled, false);
    assert.deepEqual(step.actions, []);
  });
});
