import type { TestContext } from "node:test";
import fc from "fast-check";

/** The seed of every short form, so that it says the same thing each time. */
const fixedSeed = 9568;

/**
 * Tries a property with many inputs, and says from which seeds. The short form tries half of them
 * from a fixed seed and half from another one each time; RANDOM_RUNS in the environment makes it
 * as long as wanted, and RANDOM_SEED repeats a run.
 */
export function tryMany<Inputs>(
  context: TestContext,
  shortRuns: number,
  property: fc.IProperty<Inputs>,
): void {
  for (const { seed, numRuns } of plan(shortRuns)) {
    const start = performance.now();
    fc.assert(property, { seed, numRuns });
    const took = ((performance.now() - start) / 1000).toFixed(1);
    context.diagnostic(`${numRuns} runs from seed ${seed} in ${took} s`);
  }
}

function plan(shortRuns: number): { readonly seed: number; readonly numRuns: number }[] {
  const { RANDOM_RUNS: runs, RANDOM_SEED: seed } = process.env;
  const numRuns = runs === undefined ? Math.ceil(shortRuns / 2) : Number(runs);
  if (seed !== undefined) return [{ seed: Number(seed), numRuns }];
  const random = { seed: Math.floor(Math.random() * 2 ** 31), numRuns };
  return runs === undefined ? [{ seed: fixedSeed, numRuns }, random] : [random];
}
