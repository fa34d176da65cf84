import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { settleDevices } from "#firstboot/seed/settle-devices.ts";

import { FakeHost } from "./volumes.ts";

const stick = "sys/bus/usb/drivers/usb-storage/1-4:1.0";

describe("settling", () => {
  let host: FakeHost;
  let isUdevSettled = false;
  const settleUdev = async () => {
    isUdevSettled = true;
  };
  beforeEach(async () => {
    host = await FakeHost.make();
    isUdevSettled = false;
  });
  afterEach(() => host.remove());

  test("asks udev, and waits no longer where nothing is on USB", async () => {
    await host.write("sys/bus/usb/drivers/usb-storage/bind", "");
    const start = performance.now();
    await settleDevices(host.places, settleUdev);
    assert.ok(isUdevSettled);
    assert.ok(performance.now() - start < 2500);
  });

  test("waits for the block device of a stick that its driver lets rest", async () => {
    await mkdir(host.path(`${stick}/host2/scsi_host`), { recursive: true });
    let isSettled = false;
    const settled = settleDevices(host.places, settleUdev).then(() => (isSettled = true));
    await sleep(250);
    assert.equal(isSettled, false);
    await mkdir(host.path(`${stick}/host2/target2:0:0/2:0:0:0/block/sda`), { recursive: true });
    await settled;
  });

  test("gives up on a device that never shows a block device", { timeout: 20_000 }, async () => {
    await mkdir(host.path("sys/bus/usb/drivers/uas/2-1:1.0/host3"), { recursive: true });
    await settleDevices(host.places, settleUdev);
  });
});
