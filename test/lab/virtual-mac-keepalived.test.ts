import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { neighbourOf, portOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import type { Lab } from "../support/lab/lab.ts";
import { virtualAddress } from "../support/lab/names.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import { priorities, startGateway } from "../support/lab/pair.ts";
import {
  electionLimit,
  fastInterval,
  fastTimers,
  page1,
  page2,
  waitUntilHeldOnlyBy,
} from "./expectations.ts";

const virtualMac = "00:00:5e:00:01:33";

type HostRole = "gw1" | "gw2";

async function start(lab: Lab, name: HostRole, keepalived: HostRole): Promise<void> {
  if (name !== keepalived) {
    await startGateway(lab, name, { ...fastTimers, router: { virtual_mac: true } });
    return;
  }
  installNginx(lab[name]);
  await startNginx(lab[name]);
  const priority = priorities[name];
  await startKeepalived(lab[name], {
    version: 3,
    interval: fastInterval,
    priority,
    virtualMac: true,
  });
}

async function playFailoverAndReturn(t: TestContext, keepalived: HostRole): Promise<void> {
  const { lab, prober } = await labFor(t);
  await Promise.all([start(lab, "gw1", keepalived), start(lab, "gw2", keepalived)]);
  await prober.waitFor(page1, electionLimit);
  await waitUntilHeldOnlyBy(lab, lab.gw1);
  assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
  const capture = await startCapture(lab.switch);

  lab.gw1.crash();
  await prober.waitFor(page2, electionLimit);
  assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
  assert.equal(await portOf(lab.switch, virtualMac), "gw2");

  await lab.gw1.reboot();
  await start(lab, "gw1", keepalived);
  await prober.waitFor(page1, electionLimit);
  await waitUntilHeldOnlyBy(lab, lab.gw1);
  assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
  const { advertisements } = await capture.finish();
  assert.ok(advertisements.length > 0);
  assert.ok(advertisements.every(({ sourceMac }) => sourceMac === virtualMac));
}

describe("a virtual MAC address that keepalived has too", { concurrency: true }, () => {
  test("moves to it and back", (t) => playFailoverAndReturn(t, "gw2"));

  test("comes from it and goes back", (t) => playFailoverAndReturn(t, "gw1"));
});
