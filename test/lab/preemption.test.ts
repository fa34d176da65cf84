import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway } from "../support/lab/pair.ts";
import { monotonicNow, until } from "../support/lab/time.ts";
import { electionLimit, fastInterval, fastTimers, page1, page2 } from "./expectations.ts";
import { waitUntilHeldOnlyBy } from "./expectations.ts";

/** Whole turns of the Active Router, so that whoever would preempt had the chance. */
const manyIntervals = 8 * fastInterval;

async function waitForAdvertisements(lab: { gw2: { name: string } }, span: number): Promise<void> {
  const end = monotonicNow() + span;
  await until(
    { what: `${span} ms of ${lab.gw2.name}`, limit: 2 * span },
    () => monotonicNow() >= end,
  );
}

describe("preempt: false", () => {
  const document = { preempt: false };

  test("a host that comes back with a higher priority leaves the incumbent alone", async (t) => {
    const { lab, prober } = await labFor(t);
    const first = { ...fastTimers, router: { ...document, priority: 200 } };
    await startGateway(lab, "gw1", first);
    await prober.waitFor(page1, electionLimit);
    await startGateway(lab, "gw2", { ...fastTimers, router: { ...document, priority: 100 } });
    lab.gw1.crash();
    await prober.waitFor(page2, electionLimit);

    await lab.gw1.reboot();
    const capture = await startCapture(lab.switch);
    const back = await startGateway(lab, "gw1", first);
    await back.waitForRole("backup", electionLimit);
    await waitForAdvertisements(lab, manyIntervals);
    await waitUntilHeldOnlyBy(lab, lab.gw2);
    const { advertisements } = await capture.finish();
    assert.deepEqual([...new Set(advertisements.map(({ source }) => source))], [ownAddresses.gw2]);
  });

  test("a fault gives way all the same", async (t) => {
    const { lab, prober } = await labFor(t);
    const first = await startGateway(lab, "gw1", {
      ...fastTimers,
      onExit: "failover",
      router: { ...document, priority: 100 },
    });
    await prober.waitFor(page1, electionLimit);
    const second = await startGateway(lab, "gw2", {
      ...fastTimers,
      router: { ...document, priority: 50 },
    });
    await second.waitForRole("backup", electionLimit);
    await first.command("nginx", "stop");
    await prober.waitFor(page2, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw2);
  });
});

describe("preempt_delay", () => {
  const delay = 4000;

  test("leaves the lower Active in peace for that long, and then takes over", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw2", { ...fastTimers, router: { priority: 50 } });
    await prober.waitFor(page2, electionLimit);
    const capture = await startCapture(lab.switch);
    const started = monotonicNow();
    await startGateway(lab, "gw1", { ...fastTimers, router: { preempt_delay: `${delay}ms` } });
    await prober.waitFor(page1, electionLimit);
    await waitUntilHeldOnlyBy(lab, lab.gw1);
    const { advertisements } = await capture.finish();
    const first = advertisements.find(({ source }) => source === ownAddresses.gw1);
    assert.ok(first !== undefined && first.at - started >= delay, `${first?.at} ${started}`);
  });

  test("does not hold back when the lower one dies", async (t) => {
    const { lab, prober } = await labFor(t);
    await startGateway(lab, "gw2", { ...fastTimers, router: { priority: 50 } });
    await prober.waitFor(page2, electionLimit);
    const first = await startGateway(lab, "gw1", {
      ...fastTimers,
      router: { preempt_delay: "1000s" },
    });
    await first.waitForRole("backup", electionLimit);
    lab.gw2.crash();
    await prober.waitFor(page1, electionLimit);
  });
});

describe("start_delay", () => {
  const delay = 4000;

  test("sends, adds and announces nothing before it is over", async (t) => {
    const { lab, prober } = await labFor(t);
    const capture = await startCapture(lab.switch);
    const started = monotonicNow();
    const first = await startGateway(lab, "gw1", {
      ...fastTimers,
      router: { start_delay: `${delay}ms` },
    });
    await first.waitUntilUp();
    assert.equal((await first.status()).virtual_routers[0]?.role, "initialize");
    await prober.waitFor(page1, electionLimit);
    const { advertisements, arps } = await capture.finish();
    const ours = arps.find(({ sender }) => sender === virtualAddress);
    const moments = [advertisements[0]?.at, ours?.at].map((at) => (at ?? 0) - started);
    assert.ok(
      moments.every((after) => after >= delay),
      moments.join(),
    );
  });
});

describe("the owner of the address", () => {
  test("says priority 255, keeps its address for good, and a Backup serves while it is away", async (t) => {
    const { lab, prober } = await labFor(t);
    const capture = await startCapture(lab.switch);
    await lab.gw1.must(["ip", "address", "add", `${virtualAddress}/24`, "dev", "eth0"]);
    const owner = await startGateway(lab, "gw1", {
      ...fastTimers,
      router: { priority: 255, track: {} },
    });
    await prober.waitFor(page1, electionLimit);
    const entry = (await lab.gw1.addresses()).find(({ address }) => address === virtualAddress);
    assert.equal(entry?.validFor, undefined, "not leased");
    const backup = await startGateway(lab, "gw2", { ...fastTimers, router: { priority: 100 } });
    await backup.waitForRole("backup", electionLimit);
    await owner.stop();
    await lab.gw2.waitForAddress(virtualAddress, true, electionLimit);
    assert.ok(await lab.gw1.hasAddress(virtualAddress), "it is not ours to remove");
    const { advertisements } = await capture.finish();
    const said = advertisements.filter(({ source }) => source === ownAddresses.gw1);
    assert.deepEqual([...new Set(said.map(({ priority }) => priority))], [255, 0]);
  });
});
