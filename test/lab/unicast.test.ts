import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { startGateway } from "../support/lab/pair.ts";
import { electionLimit, fastTimers, page1, page2, waitUntilHeldOnlyBy } from "./expectations.ts";

describe("a pair that speaks by unicast", () => {
  for (const timers of [fastTimers, { version: 2, interval: "1s" } as const]) {
    test(`fails over and back, in version ${timers.version}`, async (t) => {
      const { lab, prober } = await labFor(t);
      const capture = await startCapture(lab.switch);
      const first = { ...timers, router: { unicast_peers: [ownAddresses.gw2] } };
      const second = { ...timers, router: { unicast_peers: [ownAddresses.gw1], priority: 50 } };
      await startGateway(lab, "gw1", first);
      await prober.waitFor(page1, electionLimit);
      const backup = await startGateway(lab, "gw2", second);
      await backup.waitForRole("backup", electionLimit);

      lab.gw1.crash();
      await prober.waitFor(page2, electionLimit);
      await lab.gw1.reboot();
      await startGateway(lab, "gw1", first);
      await prober.waitFor(page1, electionLimit);
      await waitUntilHeldOnlyBy(lab, lab.gw1);

      const { advertisements } = await capture.finish();
      const ways = new Set(advertisements.map((one) => `${one.source} > ${one.destination}`));
      assert.deepEqual(
        [...ways].toSorted(),
        [
          `${ownAddresses.gw2} > ${ownAddresses.gw1}`,
          `${ownAddresses.gw1} > ${ownAddresses.gw2}`,
        ].toSorted(),
      );
      assert.ok(advertisements.every((one) => one.timeToLive === 255 && one.checksumGood));
    });
  }
});
