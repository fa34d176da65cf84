import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultRetrySchedule, isGivenUp, retryPause } from "#alerts/retry-schedule.ts";
import { milliseconds, seconds } from "#base/time.ts";

describe("the retry schedule", () => {
  test("backs off from 5 seconds to 15 minutes and stays there", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 1000].map((failures) =>
      retryPause(defaultRetrySchedule, failures, 0.5),
    );
    assert.deepEqual(pauses, [5000, 15_000, 60_000, 300_000, 900_000, 900_000, 900_000]);
  });

  test("spreads each pause by a tenth either way", () => {
    const spread = [0, 0.999].map((random) => retryPause(defaultRetrySchedule, 1, random));
    assert.deepEqual(spread.map(Math.round), [4500, 5499]);
  });

  test("gives up after five days", () => {
    assert.equal(isGivenUp(defaultRetrySchedule, seconds(5 * 86_400)), false);
    assert.equal(isGivenUp(defaultRetrySchedule, milliseconds(5 * 86_400_000 + 1)), true);
  });
});
