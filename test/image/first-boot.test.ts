import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startDhcpServer, type Lease } from "../support/vm/dhcp-server.ts";
import { startPatientProber, vmLabFor } from "../support/vm/fixture.ts";
import { makeStick } from "../support/vm/media.ts";
import { storyOf } from "../support/vm/story.ts";
import { bootLimit } from "../support/vm/vm-machine.ts";
import {
  assertGoodBoot,
  edit,
  identityOf,
  macs,
  page1,
  referenceSeed,
  withSshKey,
} from "./expectations.ts";

/** The number of the first line with this text. */
function lineOf(text: string, part: string): number {
  return text.split("\n").findIndex((line) => line.includes(part)) + 1;
}

/** In the very form in which Proxmox writes it. */
const networkConfig = `version: 1
config:
    - type: physical
      name: eth0
      mac_address: '${macs.gw1}'
      subnets:
      - type: dhcp4
`;

const good = { ...withSshKey(referenceSeed("gw1")), "network-config": networkConfig };
const bad = edit(good, "user-data", "priority: 100", "priority: 1000");
const badLine = `user-data:${lineOf(bad["user-data"] ?? "", "priority: 1000")}:`;
const changedPage = "from the changed file";
const changed = edit(good, "user-data", page1, changedPage);

// Each boot takes its minute: one machine from its first boot without a file to its third.
test("a machine waits for its first-boot file, keeps the last good one, and takes a changed one", async (t) => {
  const lab = await vmLabFor(t);
  const tell = storyOf(t, lab);
  const dhcp = await startDhcpServer(lab.client);
  const gw1 = lab.addMachine("gw1", { cards: [macs.gw1] });
  const stick = join(lab.media, "stick.img");
  const prober = startPatientProber(lab);
  t.after(() => prober.stop());
  let identity = "";
  let lease: Lease | undefined;

  await tell("without a file it says that it waits, and takes an address by DHCP", async () => {
    gw1.start();
    await gw1.waitForConsole(/no configuration found/);
    await gw1.waitForConsole(/waiting for a volume labelled CIDATA/);
    lease = await dhcp.waitForLease(macs.gw1, bootLimit);
    await gw1.waitForConsole(new RegExp(lease.address.replaceAll(".", "\\.")));
  });

  await tell("a volume with a mistake is plugged in: the console shows file and line", async () => {
    const file = makeStick(join(lab.media, "bad-stick.img"), bad);
    await gw1.plugIn(file);
    await gw1.waitForConsole(new RegExp(`${badLine}\\d+: .*priority`));
    assert.equal((await gw1.run("[ -e /etc/gatepair/config.yaml ]")).code, 1);
    await gw1.pullOut();
  });

  await tell("the right volume is plugged in: the machine serves, without a new boot", async () => {
    await gw1.plugIn(makeStick(stick, good));
    await prober.waitFor(page1, bootLimit);
    await assertGoodBoot(gw1);
    assert.equal(await gw1.must("hostname"), "gw1");
    identity = await identityOf(gw1);
    await gw1.shutDown();
  });

  await tell("booted with a mistake on its volume, it says so and keeps what it was", async () => {
    makeStick(stick, bad);
    gw1.start({ drives: [{ file: stick, kind: "disk" }] });
    await gw1.waitForConsole(/NOT APPLIED because of errors/);
    await gw1.waitForConsole(new RegExp(`${badLine}\\d+: .*priority`));
    await gw1.waitForConsole(/the last good configuration stays in force/);
    await prober.waitFor(page1, bootLimit);
  });

  await tell("it is the same machine as in its first boot", async () => {
    assert.equal(await identityOf(gw1), identity);
    assert.equal(dhcp.leases().find(({ mac }) => mac === macs.gw1)?.clientId, lease?.clientId);
    assert.equal(await gw1.must("journalctl --list-boots --no-pager --quiet | wc -l"), "2");
    assert.notEqual(await gw1.must("journalctl -b -1 --no-pager --quiet -n 1"), "");
  });

  await tell("a changed file is applied, and the console says that it changed", async () => {
    await gw1.shutDown();
    makeStick(stick, changed);
    gw1.start();
    await gw1.waitForConsole(/it changed since the last boot; applied/);
    await prober.waitFor(changedPage, bootLimit);
  });
});
