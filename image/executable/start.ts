/**
 * What runs first in the executable, and in its background thread: hands V8 the program together
 * with what an earlier run compiled of it (warm-up.ts). On a small machine half of a start is
 * compiling otherwise; the code cache of a single executable holds only what ran before any of it.
 */
import { getAsset, getRawAsset } from "node:sea";
import { dirname } from "node:path";
import { Script } from "node:vm";

/** Named by the bundler: which program this starts. */
declare const PROGRAM: string;

const program = new Script(getAsset(`${PROGRAM}.cjs`, "utf8"), {
  filename: `${PROGRAM}.cjs`,
  cachedData: new Uint8Array(getRawAsset(`${PROGRAM}.cache`)),
});
const run = program.runInThisContext() as (...module: readonly unknown[]) => void;
run(require, process.execPath, dirname(process.execPath));
