import type { Condition, ConditionCode } from "./conditions.ts";

/** The machine's figures. What could not be read is undefined: unknown, not zero. */
export interface HealthFigures {
  readonly disks: readonly DiskFigure[];
  /** Of all memory, what is not available to programs (MemAvailable, proc(5)). */
  readonly memoryUsedPercent: number | undefined;
  /** The load average of 5 minutes for each CPU. */
  readonly loadPerCpu: number | undefined;
  /** The hottest sensor of the CPU, in degrees Celsius. */
  readonly cpuTemperature: number | undefined;
}

export interface DiskFigure {
  readonly path: string;
  readonly usedPercent: number | undefined;
}

export interface HealthThreshold {
  /** The condition is raised at this figure ... */
  readonly limit: number;
  /** ... and cleared below this one, so that a figure at the limit does not flap. */
  readonly clearBelow: number;
  /** By how much to lower the priority meanwhile; 0 for not at all. */
  readonly lowerPriority: number;
}

/** An absent threshold is not watched. */
export interface HealthThresholds {
  readonly diskUsedPercent?: HealthThreshold | undefined;
  readonly memoryUsedPercent?: HealthThreshold | undefined;
  readonly loadPerCpu?: HealthThreshold | undefined;
  readonly cpuTemperature?: HealthThreshold | undefined;
}

/** What to raise or clear for one figure. An unknown figure gives no verdict: all stays as it is. */
export interface HealthVerdict extends Condition {
  readonly ill: boolean;
  readonly lowerPriority: number;
}

/** `isRaised` says what is raised now, for the hysteresis. */
export function judgeHealth(
  thresholds: HealthThresholds,
  figures: HealthFigures,
  isRaised: (condition: Pick<Condition, "code" | "subject">) => boolean,
): HealthVerdict[] {
  return listMeasurements(thresholds, figures).flatMap((measurement) => {
    const { value, threshold, code, subject, unit } = measurement;
    if (value === undefined || threshold === undefined) return [];
    const ill = value >= (isRaised({ code, subject }) ? threshold.clearBelow : threshold.limit);
    const detail = `${formatFigure(value)}${unit}, limit ${formatFigure(threshold.limit)}${unit}`;
    const lowerPriority = ill ? threshold.lowerPriority : 0;
    return [{ code, subject, detail, ill, lowerPriority }];
  });
}

interface Measurement {
  readonly code: ConditionCode;
  readonly subject: string;
  readonly unit: string;
  readonly value: number | undefined;
  readonly threshold: HealthThreshold | undefined;
}

function listMeasurements(thresholds: HealthThresholds, figures: HealthFigures): Measurement[] {
  const disks = figures.disks.map(({ path, usedPercent }) => ({
    code: "disk-full-soon" as const,
    subject: path,
    unit: " % used",
    value: usedPercent,
    threshold: thresholds.diskUsedPercent,
  }));
  return [
    ...disks,
    {
      code: "memory-low",
      subject: "memory",
      unit: " % used",
      value: figures.memoryUsedPercent,
      threshold: thresholds.memoryUsedPercent,
    },
    {
      code: "load-high",
      subject: "load",
      unit: " for each CPU over 5 min",
      value: figures.loadPerCpu,
      threshold: thresholds.loadPerCpu,
    },
    {
      code: "temperature-high",
      subject: "cpu",
      unit: " degrees Celsius",
      value: figures.cpuTemperature,
      threshold: thresholds.cpuTemperature,
    },
  ];
}

function formatFigure(value: number): string {
  return String(Math.round(value * 10) / 10);
}
