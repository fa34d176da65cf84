import { getAsset, isSea } from "node:sea";
import type { WorkerCode } from "#base/worker-code.ts";

/** The program of a thread, by the name of its asset (image/executable/bundle.ts) and its source. */
export function workerCode(asset: string, source: string): WorkerCode {
  // Read anew for each start: what need not stay in memory does not.
  if (isSea()) return { kind: "source", code: getAsset(asset, "utf8") };
  return { kind: "file", url: new URL(source, import.meta.url) };
}
