import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  judgeHealth,
  type HealthFigures,
  type HealthThresholds,
} from "#alerts/health-thresholds.ts";

const thresholds: HealthThresholds = {
  diskUsedPercent: { limit: 90, clearBelow: 85, lowerPriority: 0 },
  cpuTemperature: { limit: 80, clearBelow: 75, lowerPriority: 3 },
};

function diskAt(usedPercent: number | undefined): HealthFigures {
  return {
    disks: [{ path: "/var", usedPercent }],
    memoryUsedPercent: 99,
    loadPerCpu: undefined,
    cpuTemperature: undefined,
  };
}

describe("health thresholds", () => {
  test("raise at the limit and clear only below the lower mark", () => {
    const judge = (used: number, raised: boolean) =>
      judgeHealth(thresholds, diskAt(used), () => raised)[0]?.ill;
    assert.deepEqual([judge(89.9, false), judge(90, false)], [false, true]);
    assert.deepEqual([judge(85, true), judge(84.9, true)], [true, false]);
  });

  test("give no verdict for what is unknown or not watched", () => {
    assert.deepEqual(
      judgeHealth(thresholds, diskAt(undefined), () => true),
      [],
    );
  });

  test("say the figure, the limit and how far to lower the priority", () => {
    const figures = { ...diskAt(undefined), disks: [], cpuTemperature: 81.26 };
    assert.deepEqual(
      judgeHealth(thresholds, figures, () => false),
      [
        {
          code: "temperature-high",
          subject: "cpu",
          detail: "81.3 degrees Celsius, limit 80 degrees Celsius",
          ill: true,
          lowerPriority: 3,
        },
      ],
    );
  });
});
