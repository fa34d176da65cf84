import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startPatientProber, vmLabFor } from "../support/vm/fixture.ts";
import { makeStick } from "../support/vm/media.ts";
import { bootLimit } from "../support/vm/vm-machine.ts";
import { assertGoodBoot, macs, page1, referenceSeed } from "./expectations.ts";

test("the generic flavour in a box: NVMe, e1000e, its configuration on a USB stick", async (t) => {
  const lab = await vmLabFor(t, "generic");
  const stick = makeStick(join(lab.media, "stick.img"), referenceSeed("gw1"));
  const box = lab.addMachine("gw1", {
    hardware: "box",
    cards: [macs.gw1, "52:54:00:b2:00:11"],
    drives: [{ file: stick, kind: "usb-stick" }],
  });
  const prober = startPatientProber(lab);
  t.after(() => prober.stop());
  box.start();
  await prober.waitFor(page1, bootLimit);
  await assertGoodBoot(box);
  const driver = await box.must("basename $(readlink /sys/class/net/eth0/device/driver)");
  assert.equal(driver, "e1000e");
  assert.match(await box.must("findmnt -n -o SOURCE /var"), /^\/dev\/nvme/);
});
