import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { elapsed } from "#base/time.ts";
import { bootClock } from "#linux/boot-clock.ts";

test("the clock counts milliseconds since boot, as the kernel's uptime does", () => {
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  const now = bootClock().now();
  assert.ok(now >= uptime - 10 && now < uptime + 1000, `${now} against ${uptime}`);
});

test("the clock moves on, with fractions of a millisecond", async () => {
  const clock = bootClock();
  const before = clock.now();
  await sleep(20);
  const after = clock.now();
  assert.ok(elapsed(before, after) >= 19);
  assert.ok(!Number.isInteger(before) || !Number.isInteger(after));
});
