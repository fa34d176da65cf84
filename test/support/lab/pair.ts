import { startGatepair, type Gatepair, type GatepairOptions } from "./gatepair.ts";
import type { Lab } from "./lab.ts";
import { installNginx } from "./nginx.ts";

/** The priorities of the reference scenario. */
export const priorities = { gw1: 100, gw2: 99 } as const;

export interface PairOptions extends Omit<GatepairOptions, "priority"> {
  /** What nginx listens on; port 80 of IPv4 unless told. */
  readonly listen?: readonly string[];
}

export interface Pair {
  readonly gw1: Gatepair;
  readonly gw2: Gatepair;
}

/**
 * Writes the pages and starts gatepair on the first host, then on the second. Started at once they
 * would race: their Skew_Times are only 4 ms apart at these priorities (RFC 9568, 6.1).
 */
export async function startPair(lab: Lab, options: PairOptions): Promise<Pair> {
  const gw1 = await startGateway(lab, "gw1", options);
  await gw1.waitUntilUp();
  const gw2 = await startGateway(lab, "gw2", options);
  return { gw1, gw2 };
}

export function startGateway(
  lab: Lab,
  name: "gw1" | "gw2",
  { listen, ...options }: PairOptions,
): Promise<Gatepair> {
  installNginx(lab[name], listen);
  return startGatepair(lab[name], { ...options, priority: priorities[name] });
}

export async function stopPair(pair: Pair): Promise<void> {
  await Promise.all([pair.gw1.stop(), pair.gw2.stop()]);
}
