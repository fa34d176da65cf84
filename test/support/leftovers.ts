/**
 * Says what labs have left on this machine, and fails when there is something. Run by `make test`.
 * `--sweep` first removes what earlier, killed runs left.
 */
import { findLeftovers, sweepDeadLabs } from "./lab/sweep.ts";

if (process.argv.includes("--sweep")) sweepDeadLabs();
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
