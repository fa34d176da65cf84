import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { killNginx, waitForNginx } from "../support/lab/nginx.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { monotonicNow } from "../support/lab/time.ts";
import {
  waitUntilHeldOnlyBy,
  electionLimit,
  page1,
  page2,
  referenceTimers,
  version2Timers,
} from "./expectations.ts";

describe("the reference scenario", () => {
  test("with on_exit: failover the other host serves until nginx is started again", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, { ...referenceTimers, onExit: "failover" });
    await prober.waitFor(page1, electionLimit);

    await killNginx(lab.gw1);
    await prober.waitFor(page2, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw2);

    const started = await pair.gw1.command("nginx", "start");
    assert.equal(started.code, 0, started.stderr);
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
  });

  test("with on_exit: restart the first host serves throughout", async (t) => {
    const { lab, prober } = await labFor(t);
    await startPair(lab, { ...referenceTimers, onExit: "restart" });
    await prober.waitFor(page1, electionLimit);

    const event = monotonicNow();
    await killNginx(lab.gw1);
    await prober.waitFor(page1, electionLimit);
    const outage = await prober.outageSince(event);
    assert.deepEqual(outage.pages, [page1]);
    assert.ok(outage.longestGap < 1000, `away for ${outage.longestGap} ms`);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
  });

  test("version 2, priorities 100 and 99: the first host wins, and nginx follows the role", async (t) => {
    const { lab, prober } = await labFor(t);
    const capture = await startCapture(lab.switch);
    const pair = await startPair(lab, {
      ...version2Timers,
      runOn: "active",
      onExit: "failover",
    });
    await prober.waitFor(page1, electionLimit);
    await waitForNginx(lab.gw2, false);
    const { advertisements } = await capture.finish();
    const last = advertisements.at(-1);
    assert.equal(last?.source, ownAddresses.gw1);
    assert.deepEqual([last?.version, last?.priority, last?.interval], [2, 100, 1000]);
    assert.ok(advertisements.every((one) => one.checksumGood && one.timeToLive === 255));

    await killNginx(lab.gw1);
    await prober.waitFor(page2, electionLimit);
    await waitForNginx(lab.gw1, false);

    await pair.gw1.command("nginx", "start");
    await prober.waitFor(page1, electionLimit);
    await waitForNginx(lab.gw2, false);
  });

  test("a host that crashes is replaced, and serves again when it is back", async (t) => {
    const { lab, prober } = await labFor(t);
    await startPair(lab, referenceTimers);
    await prober.waitFor(page1, electionLimit);

    lab.gw1.crash();
    await prober.waitFor(page2, electionLimit);

    await lab.gw1.reboot();
    await startGateway(lab, "gw1", referenceTimers);
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
  });

  test("an ordered stop hands over at once, and returns everything", async (t) => {
    const { lab, prober } = await labFor(t);
    const before = await lab.gw1.addresses();
    const pair = await startPair(lab, referenceTimers);
    await prober.waitFor(page1, electionLimit);

    const event = monotonicNow();
    await pair.gw1.stop();
    await prober.waitFor(page2, electionLimit);
    const outage = await prober.outageSince(event);
    // Priority 0 leaves the Backup its Skew_Time, below one interval (RFC 9568, 6.4.2).
    assert.ok(outage.longestGap < 2000, `away for ${outage.longestGap} ms`);
    assert.deepEqual(await lab.gw1.addresses(), before);
    assert.deepEqual(await lab.gw1.pidsOf("nginx"), []);
  });
});
