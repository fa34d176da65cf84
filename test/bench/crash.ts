import type { Lab } from "../support/lab/lab.ts";
import { pages } from "../support/lab/nginx.ts";
import type { Prober } from "../support/lab/prober.ts";
import { monotonicNow, sleep } from "../support/lab/time.ts";
import type { Product, Timers } from "./products.ts";

export interface Bench {
  readonly lab: Lab;
  readonly prober: Prober;
}

/** One measurement among several of the same kind. */
export interface Turn {
  readonly number: number;
  readonly of: number;
}

const electionLimit = 20_000;

/**
 * When in the advertisement interval the host crashes decides much of the outage, so the turns are
 * spread evenly over it, the same way for all products.
 */
function settleTime(timers: Timers, turn: Turn): number {
  return 300 + (timers.interval * turn.number) / turn.of;
}

async function rebootGateways({ lab }: Bench): Promise<void> {
  await lab.gw1.reboot();
  await lab.gw2.reboot();
}

/** The outage that the client sees when the Active host loses power, in milliseconds. */
export async function measureCrash(
  bench: Bench,
  product: Product,
  timers: Timers,
  turn: Turn,
): Promise<number> {
  const { lab, prober } = bench;
  await product.start(lab, timers);
  await prober.waitFor(pages["gw1"] ?? "", electionLimit);
  await sleep(settleTime(timers, turn));
  const event = monotonicNow();
  lab.gw1.crash();
  await prober.waitFor(pages["gw2"] ?? "", electionLimit);
  const outage = await prober.outageSince(event);
  await rebootGateways(bench);
  return outage.longestGap;
}
