import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { daemonCommand } from "../support/lab/gatepair.ts";
import { labFor } from "../support/lab/fixture.ts";
import { virtualAddress } from "../support/lab/names.ts";
import { startGateway } from "../support/lab/pair.ts";
import { monotonicNow } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1 } from "./expectations.ts";

describe("starting the daemon", () => {
  test("a second one on the same host is refused, and the first serves on", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw1", fastTimers);
    await prober.waitFor(page1, electionLimit);

    const event = monotonicNow();
    const second = await lab.gw1.run(daemonCommand(), 5000);
    assert.ok(second.code !== null && second.code !== 0, `exit code ${second.code}`);
    assert.match(second.stdout + second.stderr, /already|another/i);
    const outage = await prober.outageSince(event);
    assert.deepEqual([outage.failed, outage.pages], [0, [page1]]);
  });

  test("without its interface it waits, says so, and serves when the interface appears", async (t) => {
    const { lab, prober } = await labFor(t);
    lab.gw1.removeInterfaces();
    const gateway = await startGateway(lab, "gw1", fastTimers);
    assert.match(await gateway.waitForCondition("interface-missing", electionLimit), /eth0/);

    lab.gw1.addInterfaces();
    await prober.waitFor(page1, electionLimit);
    await lab.gw1.waitForAddress(virtualAddress, true, electionLimit);
  });

  test("an interface that vanishes and returns is served again", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw1", fastTimers);
    await prober.waitFor(page1, electionLimit);

    lab.gw1.removeInterfaces();
    lab.gw1.addInterfaces();
    await prober.waitFor(page1, electionLimit);
  });
});
