import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import { activeDownInterval, skewTime } from "#vrrp/machine/timers.ts";

describe("Skew_Time and Active_Down_Interval", () => {
  for (const [version, priority, interval, skew, down] of [
    [3, 100, 1000, 609.375, 3609.375],
    [3, 100, 100, 60.9375, 360.9375],
    [3, 254, 10, 0.078125, 30.078125],
    [3, 254, 1000, 7.8125, 3007.8125],
    [2, 100, 1000, 609.375, 3609.375],
    [2, 100, 5000, 609.375, 15_609.375],
    [2, 101, 5000, 605.46875, 15_605.46875],
  ] as const) {
    test(`are exact in version ${version} at priority ${priority} and ${interval} ms`, () => {
      const inputs = {
        version,
        priority,
        lossCount: 3,
        activeAdverInterval: milliseconds(interval),
      };
      assert.equal(skewTime(inputs), skew);
      assert.equal(activeDownInterval(inputs), down);
    });
  }

  test("scale with the interval in version 3 only", () => {
    const of = (version: 2 | 3) =>
      skewTime({ version, priority: 156, lossCount: 3, activeAdverInterval: seconds(10) });
    assert.equal(of(2), 390.625);
    assert.equal(of(3), 3906.25);
  });

  test("allow as many lost Advertisements as configured", () => {
    const inputs = { version: 3, priority: 156, activeAdverInterval: milliseconds(100) } as const;
    assert.equal(activeDownInterval({ ...inputs, lossCount: 30 }), 3039.0625);
  });
});
