import { killNginx, pages } from "../support/lab/nginx.ts";
import { startPair } from "../support/lab/pair.ts";
import { anonymousMemory } from "../support/lab/process-table.ts";
import { monotonicNow, sleep } from "../support/lab/time.ts";
import type { Bench } from "./crash.ts";

export interface RestartFigures {
  /** Milliseconds without an answer, one for each kill. */
  readonly gaps: number[];
  readonly failed: number;
  /** RssAnon of the daemon after all of it, in kilobytes. */
  readonly memory: number | undefined;
}

/**
 * The first restart comes at once, further ones within restart_window after a back-off. What is
 * measured is the first: the pause between two kills is longer than the window.
 */
const nginx = { restart_window: "1s" };
const pause = 1500;

/** Kills nginx on the Active host again and again; gatepair starts it anew each time. */
export async function measureRestarts(bench: Bench, turns: number): Promise<RestartFigures> {
  const { lab, prober } = bench;
  const page = pages["gw1"] ?? "";
  const pair = await startPair(lab, { version: 3, interval: "1s", onExit: "restart", nginx });
  await prober.waitFor(page, 20_000);
  const gaps: number[] = [];
  let failed = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    await sleep(pause);
    const event = monotonicNow();
    await killNginx(lab.gw1);
    await prober.waitFor(page, 10_000);
    const outage = await prober.outageSince(event);
    gaps.push(outage.longestGap);
    failed += outage.failed;
  }
  return { gaps, failed, memory: anonymousMemory(pair.gw1.process.pid) };
}
