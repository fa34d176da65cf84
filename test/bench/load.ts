import assert from "node:assert/strict";
import { createLab, type Lab } from "../support/lab/lab.ts";
import { priorities } from "../support/lab/pair.ts";
import type { Memory } from "../support/lab/process-table.ts";
import { monotonicNow, sleep, until } from "../support/lab/time.ts";
import { countAddresses, joinSubnet, startMany, type ManyRouters } from "./many-routers.ts";
import { cpuTimeOf, memoryOfTree } from "./process-load.ts";
import type { ProductName } from "./products.ts";

export type Size = Omit<ManyRouters, "priority">;

/** What one daemon costs. */
export interface LoadFigures {
  /** Share of one processor, 1 is all of it; one for each span that was measured. */
  readonly cpu: readonly number[];
  readonly memory: Memory;
}

export interface PairLoad {
  readonly active: LoadFigures;
  readonly backup: LoadFigures;
}

/** How long a new pair is left alone: compilers and allocators find their shape in it. */
const warmUp = 10_000;
/** Milliseconds that one figure of CPU is measured over. */
const span = 4000;
const electionLimit = 60_000;

interface RunningPair {
  readonly lab: Lab;
  readonly pids: readonly [active: number, backup: number];
}

async function startPairOf(product: ProductName, size: Size): Promise<RunningPair> {
  const lab = await createLab();
  await joinSubnet(lab.gw1, 1);
  await joinSubnet(lab.gw2, 2);
  const start = (name: "gw1" | "gw2") =>
    startMany(product, lab[name], { ...size, priority: priorities[name] });
  const what = `${product} holds every address`;
  const wait = { what, limit: electionLimit, every: 200 };
  const active = await start("gw1");
  await until(wait, async () => (await countAddresses(lab.gw1)) === size.count).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${active.log().slice(-2000)}`);
    },
  );
  const backup = await start("gw2");
  return { lab, pids: [active.pid, backup.pid] };
}

/** What was measured is an Active Router and its Backup only if it is still that. */
async function assertSettled({ gw1, gw2 }: Lab, { count }: Size): Promise<void> {
  assert.deepEqual([await countAddresses(gw1), await countAddresses(gw2)], [count, 0]);
}

/** CPU of every process over the same span of time. */
async function measureSpan(pids: readonly number[]): Promise<number[]> {
  const start = monotonicNow();
  const before = pids.map(cpuTimeOf);
  await sleep(span);
  const after = pids.map(cpuTimeOf);
  const lasted = monotonicNow() - start;
  return after.map((time, index) => (time - (before[index] ?? 0)) / lasted);
}

/**
 * Pairs of all products at the same time, each on a network of its own: every span measures all of
 * them, so what else the machine does in it is the same for all.
 */
export async function measureLoads(
  products: readonly ProductName[],
  size: Size,
  spans: number,
): Promise<ReadonlyMap<ProductName, PairLoad>> {
  const pairs: RunningPair[] = [];
  try {
    for (const product of products) pairs.push(await startPairOf(product, size));
    await sleep(warmUp);
    const pids = pairs.flatMap((pair) => pair.pids);
    const rows: number[][] = [];
    for (let count = 0; count < spans; count += 1) rows.push(await measureSpan(pids));
    for (const { lab } of pairs) await assertSettled(lab, size);
    const figures = pids.map((pid, index) => {
      return { cpu: rows.map((row) => row[index] ?? Number.NaN), memory: memoryOfTree(pid) };
    });
    return new Map(
      products.map((product, index) => {
        const [active, backup] = figures.slice(2 * index) as unknown as [LoadFigures, LoadFigures];
        return [product, { active, backup }];
      }),
    );
  } finally {
    for (const { lab } of pairs) lab.close();
  }
}
