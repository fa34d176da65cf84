import { readdir, statfs } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import type { DiskFigure, HealthFigures } from "#alerts/health-thresholds.ts";

// Of systeminformation's calls, `mem` only reads /proc. `cpuTemperature` runs up to four programs,
// the first of them synchronously, and `fsSize` runs df, which hangs on a dead NFS mount: the
// former is asked once a minute and only where there is a sensor, the latter is statfs(2) here.
// `currentLoad` runs cat; the load average is in os.

/** Also one call's worth of reading; for the background thread only. */
export async function readHealthFigures(
  diskPaths: readonly string[],
  cpuTemperature: number | undefined,
): Promise<HealthFigures> {
  return {
    disks: await Promise.all(diskPaths.map(readDiskFigure)),
    memoryUsedPercent: await readMemoryUsed(),
    loadPerCpu: (loadavg()[1] ?? 0) / availableParallelism(),
    cpuTemperature,
  };
}

/** As df(1) counts: blocks reserved for root are neither used nor available. */
async function readDiskFigure(path: string): Promise<DiskFigure> {
  try {
    const { blocks, bfree, bavail } = await statfs(path);
    return { path, usedPercent: toPercent(blocks - bfree, blocks - bfree + bavail) };
  } catch {
    return { path, usedPercent: undefined };
  }
}

async function readMemoryUsed(): Promise<number | undefined> {
  const { mem } = await import("systeminformation");
  const { total, available } = await mem();
  return toPercent(total - available, total);
}

/** Degrees Celsius of the hottest CPU sensor; undefined where there is none, as in most guests. */
export async function readCpuTemperature(): Promise<number | undefined> {
  if (!(await hasSensor())) return undefined;
  const { cpuTemperature } = await import("systeminformation");
  const { max, main } = (await cpuTemperature()) as { max: number | null; main: number | null };
  const hottest = max ?? main ?? Number.NaN;
  return Number.isFinite(hottest) ? hottest : undefined;
}

/** Thermal zones and hardware monitors: the places where the kernel shows temperatures. */
async function hasSensor(): Promise<boolean> {
  const zones = await readdir("/sys/class/thermal").catch(() => []);
  const monitors = await readdir("/sys/class/hwmon").catch(() => []);
  return monitors.length > 0 || zones.some((name) => name.startsWith("thermal_zone"));
}

function toPercent(part: number, whole: number): number | undefined {
  return whole > 0 ? (part / whole) * 100 : undefined;
}
