import assert from "node:assert/strict";
import { test } from "node:test";
import { engineSettings, SimulatedHost } from "../support/simulated-host.ts";

const threshold = { limit: 90, clearBelow: 85, lowerPriority: 30 };
const settings = {
  ...engineSettings,
  health: { diskUsedPercent: threshold, memoryUsedPercent: { ...threshold, lowerPriority: 0 } },
};

function report(host: SimulatedHost, disk: number | undefined, memory = 10): void {
  const figures = {
    disks: [{ path: "/", usedPercent: disk }],
    memoryUsedPercent: memory,
    loadPerCpu: 100,
    cpuTemperature: undefined,
  };
  host.engine.post({ type: "health", figures });
}

test("a figure past its threshold raises a condition and, on request, lowers the priority", () => {
  const host = new SimulatedHost(settings).startActive();
  report(host, 91);
  assert.deepEqual(host.conditions, ["disk-full-soon"]);
  host.pass(1000);
  assert.equal(host.sent.at(-1)?.priority, 70);
  assert.match(host.mails.at(-1)?.subject ?? "", /disk-full-soon: the disk of \/ is nearly full/);
});

test("a figure that is unknown for a while changes nothing, one well below the limit ends it", () => {
  const host = new SimulatedHost(settings).startActive();
  report(host, 91);
  report(host, undefined);
  report(host, 86);
  assert.deepEqual(host.conditions, ["disk-full-soon"]);
  report(host, 84);
  assert.deepEqual(host.conditions, []);
  host.pass(1000);
  assert.equal(host.sent.at(-1)?.priority, 100);
});

test("a threshold without lower_priority only tells, one that is absent is not watched", () => {
  const host = new SimulatedHost(settings).startActive();
  report(host, 10, 95);
  assert.deepEqual(host.conditions, ["memory-low"]);
  host.pass(1000);
  assert.equal(host.sent.at(-1)?.priority, 100);
});
