import { startCapture, type Captured } from "../support/lab/capture.ts";
import type { Lab } from "../support/lab/lab.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { killNginx, pages } from "../support/lab/nginx.ts";
import type { Prober } from "../support/lab/prober.ts";
import { monotonicNow, sleep } from "../support/lab/time.ts";
import { checkInterval, type Product } from "./products.ts";

export interface Bench {
  readonly lab: Lab;
  readonly prober: Prober;
}

/** One measurement among several of the same kind. */
export interface Turn {
  readonly number: number;
  readonly of: number;
}

/** What befalls the Active host. */
export const incidents = ["crash", "link loss", "nginx death"] as const;
export type Incident = (typeof incidents)[number];

const electionLimit = 20_000;

/** Milliseconds. */
export interface OutageFigures {
  /** The longest time between two answers, as the client sees it. */
  readonly outage: number;
  /**
   * From the last Advertisement of the Active host to the first answer of the other one. Free of
   * chance: the outage also depends on how long before the event that Advertisement was. Undefined
   * where the host itself can still say that it gives up the role.
   */
  readonly takeover: number | undefined;
}

/** The Advertisement_Interval, or how often nginx is looked at if that is less often. */
function period(incident: Incident, interval: number): number {
  return incident === "nginx death" ? Math.max(interval, checkInterval) : interval;
}

/**
 * When in the interval it happens decides much of the outage, so the turns are spread evenly over
 * it, the same way for all products.
 */
function settleTime(incident: Incident, interval: number, turn: Turn): number {
  return 300 + (period(incident, interval) * turn.number) / turn.of;
}

/** When the event began, before anything of it was done. */
async function strike({ gw1 }: Lab, incident: Incident): Promise<number> {
  const event = monotonicNow();
  if (incident === "crash") gw1.crash();
  else if (incident === "link loss") gw1.linkDown();
  else await killNginx(gw1);
  return event;
}

function lastAdvertisementBefore({ advertisements }: Captured, event: number): number {
  const last = advertisements.findLast((one) => one.source === ownAddresses.gw1 && one.at < event);
  if (last === undefined) throw new Error("the Active host was never heard");
  return last.at;
}

function firstAnswerOf(prober: Prober, page: string | undefined, event: number): number {
  const answer = prober.answers.find((one) => one.ended >= event && one.page === page);
  return answer?.ended ?? Infinity;
}

/** Starts a pair, lets the incident happen to its Active host, and removes all of it. */
export async function measureOutage(
  { lab, prober }: Bench,
  product: Product,
  { incident, interval }: { readonly incident: Incident; readonly interval: number },
  turn: Turn,
): Promise<OutageFigures> {
  const capture = await startCapture(lab.switch);
  await product.start(lab, interval);
  await prober.waitFor(pages["gw1"] ?? "", electionLimit);
  await sleep(settleTime(incident, interval, turn));
  const heir = incident === "nginx death" ? product.servesAfterNginxDeath : "gw2";
  const event = await strike(lab, incident);
  await prober.waitFor(pages[heir] ?? "", electionLimit);
  const outage = await prober.outageSince(event);
  const captured = await capture.finish();
  await lab.gw1.reboot();
  await lab.gw2.reboot();
  if (incident === "nginx death") return { outage: outage.longestGap, takeover: undefined };
  const lastHeard = lastAdvertisementBefore(captured, event);
  const takeover = firstAnswerOf(prober, pages["gw2"], event) - lastHeard;
  return { outage: outage.longestGap, takeover };
}
