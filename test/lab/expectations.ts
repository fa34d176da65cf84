import type { Host } from "../support/lab/host.ts";
import type { Lab } from "../support/lab/lab.ts";
import { virtualAddress } from "../support/lab/names.ts";
import { until } from "../support/lab/time.ts";

export const page1 = "from IP1";
export const page2 = "from IP2";

/** Time for any election or failover of the lab, with room for a busy machine. */
export const electionLimit = 15_000;

/**
 * Short timers, for tests that are not about those of the reference scenario. Not shorter: a daemon
 * that stands still for the Active_Down_Interval less one interval gives up its role, as it should.
 * That is 1.3 s here; with 100 ms it would be 0.26 s, which a busy machine takes away at any time.
 */
export const fastInterval = 500;
export const fastTimers = { version: 3, interval: `${fastInterval}ms` } as const;
export const referenceTimers = { version: 3, interval: "1s" } as const;
export const version2Timers = { version: 2, interval: "1s", key: "1111" } as const;

/** An interval with which nobody is elected within `electionLimit`: for what has to come before. */
export const lateElection = "5s";

/** Waits until the kernel of `holder` has the virtual address, and nobody else's has. */
export async function waitUntilHeldOnlyBy(lab: Lab, holder: Host): Promise<void> {
  const what = `virtual address on ${holder.name} alone`;
  await until({ what, limit: electionLimit }, async () => {
    const held = await Promise.all(
      [lab.gw1, lab.gw2].map(
        async (host) => [host, await host.hasAddress(virtualAddress)] as const,
      ),
    );
    return held.every(([host, has]) => has === (host === holder));
  });
}
