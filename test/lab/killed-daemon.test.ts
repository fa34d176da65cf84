import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { killLeavingAddresses } from "../support/lab/leases.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { sleep } from "../support/lab/time.ts";
import {
  waitUntilHeldOnlyBy,
  electionLimit,
  lateElection,
  page1,
  page2,
  referenceTimers,
} from "./expectations.ts";

/** The promise of the address leases, with room for a busy machine: the kernel removes them by then. */
const leaseEnd = 6000;

async function networkOf(host: Host): Promise<unknown> {
  return { addresses: await host.addresses(), routes: await host.routes() };
}

describe("a daemon that is killed or stuck", () => {
  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    test(`${signal} leaves no virtual address, and the other host serves`, async (t) => {
      const { lab, prober } = await labFor(t);
      const before = await networkOf(lab.gw1);
      const pair = await startPair(lab, referenceTimers);
      await prober.waitFor(page1, electionLimit);

      pair.gw1.process.kill(signal);
      await lab.gw1.waitForAddress(virtualAddress, false, leaseEnd);
      assert.deepEqual(await networkOf(lab.gw1), before);
      await prober.waitFor(page2, electionLimit);
      await waitUntilHeldOnlyBy(lab, lab.gw2);
    });
  }

  test("that goes on after SIGSTOP takes its role again in order", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, referenceTimers);
    await prober.waitFor(page1, electionLimit);
    pair.gw1.process.kill("SIGSTOP");
    await prober.waitFor(page2, electionLimit);

    pair.gw1.process.kill("SIGCONT");
    await sleep(500);
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
  });

  test("as Backup hears on after SIGSTOP, before it takes the Active Router for silent", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, referenceTimers);
    await prober.waitFor(page1, electionLimit);
    await pair.gw2.waitForRole("backup", electionLimit);
    const capture = await startCapture(lab.switch);
    for (let times = 0; times < 3; times++) {
      pair.gw2.process.kill("SIGSTOP");
      // A little more than its Active_Down_Interval of 3.6 s, and so no long stand-still to its timer.
      await sleep(3800);
      pair.gw2.process.kill("SIGCONT");
      await sleep(700);
    }
    const { advertisements } = await capture.finish();
    assert.deepEqual([...new Set(advertisements.map(({ source }) => source))], [ownAddresses.gw1]);
  });

  test("and is started again adopts its nginx", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, referenceTimers);
    await prober.waitFor(page1, electionLimit);
    const before = await lab.gw1.pidsOf("nginx");

    pair.gw1.process.kill("SIGKILL");
    await pair.gw1.process.exited;
    const again = await startGateway(lab, "gw1", referenceTimers);
    await again.waitForRole("active", electionLimit);
    await prober.waitFor(page1, electionLimit);
    assert.deepEqual(await lab.gw1.pidsOf("nginx"), before);
  });

  test("and is started again removes the address of its earlier run at once", async (t) => {
    const { lab, prober } = await labFor(t);
    const first = await startGateway(lab, "gw1", referenceTimers);
    await prober.waitFor(page1, electionLimit);

    await killLeavingAddresses(first, [virtualAddress]);
    await startGateway(lab, "gw1", { ...referenceTimers, interval: lateElection });
    await lab.gw1.waitForAddress(virtualAddress, false, electionLimit);
  });

  test("is cleaned up after by `gatepair clean-up`, which leaves a living one alone", async (t) => {
    const { lab, prober } = await labFor(t);
    const before = await networkOf(lab.gw1);
    const gateway = await startGateway(lab, "gw1", referenceTimers);
    await prober.waitFor(page1, electionLimit);
    const cleanUp = [gatepairBinary(), "clean-up"];

    const refused = await lab.gw1.run(cleanUp);
    assert.equal(refused.code, 1, refused.stdout);
    assert.equal(await lab.gw1.hasAddress(virtualAddress), true);
    gateway.process.kill("SIGKILL");
    await gateway.process.exited;
    assert.match(await lab.gw1.must(cleanUp), /172\.16\.178\.137/);
    // Before the lease can have ended by itself.
    assert.deepEqual(await networkOf(lab.gw1), before);
  });
});
