import { Worker } from "node:worker_threads";
import type { WorkerCode } from "#base/worker-code.ts";
import type { BackgroundData } from "./background-messages.ts";

/** Where systeminformation's programs are looked for; nothing else of our environment is passed on. */
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/**
 * Starts one background thread. Its heap is kept small because the daemon's memory is promised
 * to be; above the limit the thread ends (ERR_WORKER_OUT_OF_MEMORY), not the process.
 */
export function startBackground(code: WorkerCode, data: BackgroundData): Worker {
  const program = code.kind === "source" ? code.code : code.url;
  return new Worker(program, {
    eval: code.kind === "source",
    name: "background",
    workerData: data,
    env: environment,
    resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
}
