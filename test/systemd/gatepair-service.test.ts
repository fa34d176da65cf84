import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { labFor } from "../support/lab/fixture.ts";
import { startGateway } from "../support/lab/pair.ts";
import { electionLimit, page1, referenceTimers } from "../lab/expectations.ts";

const unitFile = new URL("../../systemd/gatepair.service", import.meta.url);

/** What systemd sends to the main process, as the unit says (systemd.kill(5)). */
async function signalOf(setting: string, otherwise: string): Promise<NodeJS.Signals> {
  const unit = await readFile(unitFile, "utf8");
  const value = new RegExp(`^${setting}=(.*)$`, "m").exec(unit)?.[1];
  return (value ?? otherwise) as NodeJS.Signals;
}

describe("gatepair.service", () => {
  test("its signal for a restart leaves nginx to the next run, the one for a stop ends it", async (t) => {
    const { lab, prober } = await labFor(t);
    const first = await startGateway(lab, "gw1", referenceTimers);
    await prober.waitFor(page1, electionLimit);
    const before = await lab.gw1.pidsOf("nginx");

    await first.process.stop(await signalOf("RestartKillSignal", "SIGTERM"));
    assert.deepEqual(await lab.gw1.pidsOf("nginx"), before);
    const second = await startGateway(lab, "gw1", referenceTimers);
    await second.waitForRole("active", electionLimit);
    assert.deepEqual(await lab.gw1.pidsOf("nginx"), before);

    await second.process.stop(await signalOf("KillSignal", "SIGTERM"));
    assert.deepEqual(await lab.gw1.pidsOf("nginx"), []);
  });
});
