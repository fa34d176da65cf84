/** Says what labs have left on this machine, and fails when there is something. Run by `make test`. */
import { findLeftovers } from "./lab/sweep.ts";

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
