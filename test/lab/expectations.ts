import assert from "node:assert/strict";
import type { Host } from "../support/lab/host.ts";
import type { Lab } from "../support/lab/lab.ts";
import { virtualAddress } from "../support/lab/names.ts";

export const page1 = "from IP1";
export const page2 = "from IP2";

/** Time for any election or failover of the lab, with room for a busy machine. */
export const electionLimit = 15_000;

/** Fast timers, for tests that are not about the timers of the reference scenario. */
export const fastTimers = { version: 3, interval: "100ms" } as const;
export const referenceTimers = { version: 3, interval: "1s" } as const;
export const version2Timers = { version: 2, interval: "1s", key: "1111" } as const;

/** The kernel of `holder` has the virtual address, and nobody else's has. */
export async function assertHeldOnlyBy(lab: Lab, holder: Host): Promise<void> {
  for (const host of [lab.gw1, lab.gw2]) {
    const held = await host.hasAddress(virtualAddress);
    assert.equal(held, host === holder, `virtual address on ${host.name}`);
  }
}
