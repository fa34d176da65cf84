import { startCapture, type Captured } from "../support/lab/capture.ts";
import type { Lab } from "../support/lab/lab.ts";
import { ownAddresses } from "../support/lab/names.ts";
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

function firstAnswerOf(prober: Prober, page: string | undefined, event: number): number {
  const answer = prober.answers.find((one) => one.ended >= event && one.page === page);
  return answer?.ended ?? Infinity;
}

/** What one crash of the Active host cost, in milliseconds. */
export interface CrashFigures {
  /** The longest time between two answers, as the client sees it. */
  readonly outage: number;
  /**
   * From the last Advertisement of the crashed host to the first answer of the other one. Free of
   * chance: the outage also depends on how long before the crash that Advertisement was.
   */
  readonly takeover: number;
}

function lastAdvertisementBefore({ advertisements }: Captured, event: number): number {
  const last = advertisements.findLast((one) => one.source === ownAddresses.gw1 && one.at < event);
  if (last === undefined) throw new Error("the crashed host was never heard");
  return last.at;
}

export async function measureCrash(
  bench: Bench,
  product: Product,
  timers: Timers,
  turn: Turn,
): Promise<CrashFigures> {
  const { lab, prober } = bench;
  const capture = await startCapture(lab.switch);
  await product.start(lab, timers);
  await prober.waitFor(pages["gw1"] ?? "", electionLimit);
  await sleep(settleTime(timers, turn));
  const event = monotonicNow();
  lab.gw1.crash();
  await prober.waitFor(pages["gw2"] ?? "", electionLimit);
  const outage = await prober.outageSince(event);
  const lastHeard = lastAdvertisementBefore(await capture.finish(), event);
  await rebootGateways(bench);
  const takeover = firstAnswerOf(bench.prober, pages["gw2"], event) - lastHeard;
  return { outage: outage.longestGap, takeover };
}
