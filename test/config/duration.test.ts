import assert from "node:assert/strict";
import { test } from "node:test";

import * as fc from "fast-check";

import { milliseconds } from "#base/time.ts";
import { formatDuration, parseDuration } from "#config/duration.ts";

test("reads a number and its unit", () => {
  const read = ["10ms", "1s", "1.5s", "0.01s", "1.001s", "5m", "1h", "0s"].map(parseDuration);
  assert.deepEqual(read, [10, 1000, 1500, 10, 1001, 300_000, 3_600_000, 0]);
});

test("reads nothing else", () => {
  for (const text of ["", "1", "s", "1 s", "-1s", "1d", "1e3s", ".5s", "0.5ms", "1s1ms", "1S"]) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test("reads back what it writes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), (span) => {
      assert.equal(parseDuration(formatDuration(milliseconds(span))), span);
    }),
  );
});

test("writes the unit that a person would", () => {
  const written = [0, 10, 1000, 1500, 40_950, 60_000, 90_000, 3_600_000].map((span) =>
    formatDuration(milliseconds(span)),
  );
  assert.deepEqual(written, ["0ms", "10ms", "1s", "1.5s", "40.95s", "1m", "90s", "1h"]);
});
