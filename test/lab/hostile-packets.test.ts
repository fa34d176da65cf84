import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture, type CapturedAdvertisement } from "../support/lab/capture.ts";
import { labFor, type Fixture } from "../support/lab/fixture.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { sendVrrp } from "../support/lab/packets.ts";
import { startPair } from "../support/lab/pair.ts";
import { monotonicNow, sleep } from "../support/lab/time.ts";
import { electionLimit, fastInterval, fastTimers, page1, version2Timers } from "./expectations.ts";
import { forgeries, forgery, wrongPassword } from "./forgeries.ts";

function longestSilence(advertisements: readonly CapturedAdvertisement[]): number {
  const times = advertisements.map((one) => one.at);
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}

/** Sends packets that nobody may believe, and looks at the wire and at the client meanwhile. */
async function assertUnmoved(fixture: Fixture, send: () => Promise<void>, interval: number) {
  const { lab, prober } = fixture;
  const capture = await startCapture(lab.switch);
  await sleep(2 * interval);
  const event = monotonicNow();
  await send();
  await sleep(4 * interval); // a Backup that had lost its Active Router would speak by then
  const outage = await prober.outageSince(event);
  const { advertisements } = await capture.finish();
  assert.deepEqual([outage.failed, outage.pages], [0, [page1]]);
  const active = advertisements.filter((one) => one.source === ownAddresses.gw1);
  assert.ok(longestSilence(active) < 3 * interval, `silent for ${longestSilence(active)} ms`);
  assert.ok(!advertisements.some((one) => one.source === ownAddresses.gw2));
}

describe("packets that nobody may believe", () => {
  test("malformed and foreign version 3 packets do not move the pair", async (t) => {
    const fixture = await labFor(t);
    await startPair(fixture.lab, fastTimers);
    await fixture.prober.waitFor(page1, electionLimit);
    const { client } = fixture.lab;
    const send = async (): Promise<void> => {
      await sendVrrp(client, forgeries());
      // RFC 9568, 5.1.1.3: whoever sends over a router has a smaller time to live.
      await sendVrrp(client, Array(20).fill(forgery({})), { timeToLive: 254 });
    };
    await assertUnmoved(fixture, send, fastInterval);
  });

  test("version 2 packets with a wrong password do not move the pair", async (t) => {
    const fixture = await labFor(t);
    await startPair(fixture.lab, version2Timers);
    await fixture.prober.waitFor(page1, electionLimit);
    const packets = Array(20).fill(wrongPassword()) as Uint8Array[];
    await assertUnmoved(fixture, () => sendVrrp(fixture.lab.client, packets), 1000);
  });
});
