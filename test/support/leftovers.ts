/**
 * Says what labs have left on this machine, and fails when there is something. Run by `make test`.
 * `--sweep` first removes what earlier, killed runs left.
 */
import { findLeftovers, type Leftovers, sweepDeadLabs } from "./lab/sweep.ts";
import { until } from "./lab/time.ts";

/** What was killed a moment ago may still be on its way out, on a busy machine. */
const graceTime = 10_000;

function isNothing(left: Leftovers): boolean {
  return Object.values(left).every((items) => (items as readonly unknown[]).length === 0);
}

async function waitUntilNothing(): Promise<void> {
  const wait = { what: "the end of every lab", limit: graceTime, every: 200 };
  await until(wait, () => isNothing(findLeftovers())).catch(() => undefined); // said below
}

if (process.argv.includes("--sweep")) sweepDeadLabs();
await waitUntilNothing();
const left = findLeftovers();
const lines = Object.entries(left).flatMap(([kind, items]) =>
  (items as (string | number)[]).map((item) => `${kind}: ${item}`),
);
if (lines.length > 0) {
  console.error(`the lab left something behind:\n  ${lines.join("\n  ")}`);
  process.exitCode = 1;
} else {
  console.log("the lab left nothing behind");
}
