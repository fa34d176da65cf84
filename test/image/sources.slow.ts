import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { startDhcpServer } from "../support/vm/dhcp-server.ts";
import { startPatientProber, vmLabFor } from "../support/vm/fixture.ts";
import { makeDisc, makeFatDisk } from "../support/vm/media.ts";
import type { VmLab } from "../support/vm/vm-lab.ts";
import { bootLimit, type VmMachine } from "../support/vm/vm-machine.ts";
import {
  assertGoodBoot,
  edit,
  exampleSeed,
  failoverLimit,
  macs,
  page1,
  page2,
  referenceSeed,
  sshKey,
} from "./expectations.ts";

/** As `qm cloudinit dump` prints it for a machine whose user-data is a snippet of one's own. */
const proxmoxNetwork = `version: 1
config:
    - type: physical
      name: eth0
      mac_address: '${macs.gw2}'
      subnets:
      - type: static
        address: '172.16.178.136'
        netmask: '255.255.255.0'
        gateway: '172.16.178.1'
    - type: nameserver
      address:
      - '172.16.178.1'
      search:
      - 'example.net'
`;

/** The pair comes up, the first of it serving; that one goes off hard, and the second serves. */
async function playFailover(
  t: TestContext,
  lab: VmLab,
  [first, second]: readonly [VmMachine, VmMachine],
  whenBothAreUp: () => Promise<void>,
): Promise<void> {
  const prober = startPatientProber(lab);
  t.after(() => prober.stop());
  first.start();
  second.start();
  await prober.waitFor(page1, bootLimit);
  await whenBothAreUp();
  await first.powerOff();
  await prober.waitFor(page2, bootLimit);
}

test("a whole-disk FAT, with a name from the SMBIOS serial; a disc without long names", async (t) => {
  const lab = await vmLabFor(t);
  const unnamed = edit(referenceSeed("gw1"), "user-data", "hostname: gw1\n", "");
  const gw1 = lab.addMachine("gw1", {
    cards: [macs.gw1],
    smbiosSerial: "ds=nocloud;h=from-smbios;i=one;s=http://192.0.2.1/seed/",
    drives: [{ file: makeFatDisk(join(lab.media, "fat.img"), unnamed), kind: "disk" }],
  });
  const disc = makeDisc(join(lab.media, "gw2.iso"), referenceSeed("gw2"), "none");
  const gw2 = lab.addMachine("gw2", {
    cards: [macs.gw2],
    drives: [{ file: disc, kind: "cdrom" }],
  });
  await playFailover(t, lab, [gw1, gw2], async () => {
    await gw1.waitForConsole(/a seed over http is not fetched/);
    assert.equal(await gw1.must("hostname"), "from-smbios");
    await assertGoodBoot(gw1);
    await gw2.waitForConsole(/USER_DAT\S* for user-data/i);
  });
  await assertGoodBoot(gw2);
});

test("systemd credentials; Proxmox's disc", async (t) => {
  const lab = await vmLabFor(t);
  const credential = (name: string, text: string): string =>
    `io.systemd.credential.binary:gatepair.${name}=${Buffer.from(text).toString("base64")}`;
  const seed = referenceSeed("gw1");
  const gw1 = lab.addMachine("gw1", {
    cards: [macs.gw1],
    oemStrings: Object.entries(seed).map(([name, text]) => credential(name, text)),
  });
  const user = `user: ops\nssh_authorized_keys:\n  - ${sshKey}\nusers:\n  - default\npackage_upgrade: true\n`;
  const proxmox = {
    ...edit(referenceSeed("gw2"), "user-data", "hostname: gw2\n", `hostname: gw2\n${user}`),
    "network-config": proxmoxNetwork,
    "meta-data": "instance-id: 3d1e84b6c9b0d54e2e6b4e7d3f3c0a8b7a1d2c3e\n",
    "vendor-data": "",
  };
  const disc = makeDisc(join(lab.media, "gw2.iso"), proxmox, "rock");
  const gw2 = lab.addMachine("gw2", {
    cards: [macs.gw2],
    drives: [{ file: disc, kind: "cdrom" }],
  });
  await playFailover(t, lab, [gw1, gw2], async () => {
    await gw1.waitForConsole(/configuration from systemd credentials/);
    await gw2.waitForConsole(/without effect: .*package_upgrade/);
  });
  await assertGoodBoot(gw2);
  assert.match(await gw2.must("ip -4 route show default"), /via 172\.16\.178\.1 dev eth0/);
  const answer = await lab.client.must([
    "bash",
    "-c",
    "exec 3<>/dev/tcp/172.16.178.136/22; head -c 8 <&3",
  ]);
  assert.equal(answer, "SSH-2.0-");
});

test("a bond with VLANs: both virtual addresses are where the example says", async (t) => {
  const lab = await vmLabFor(t);
  await startDhcpServer(lab.client);
  const disc = makeDisc(
    join(lab.media, "gw1.iso"),
    exampleSeed("vlan-and-bond", "gw1"),
    "rock-and-joliet",
  );
  const gw1 = lab.addMachine("gw1", {
    cards: ["52:54:00:b2:10:01", "52:54:00:b2:10:02"],
    drives: [{ file: disc, kind: "cdrom" }],
  });
  gw1.start();
  await gw1.shell();
  await assertGoodBoot(gw1);
  for (const router of [/staff: ACTIVE/, /guests: ACTIVE/]) {
    await gw1.waitForConsole(router, failoverLimit);
  }
  const addresses = await gw1.must("ip -br -4 address");
  assert.match(addresses, /^vlan10@bond0 .*10\.0\.10\.2\/24/m);
  assert.match(addresses, /^vlan20@bond0 .*10\.0\.20\.2\/24/m);
  assert.match(addresses, /10\.0\.10\.1\/24/);
  assert.match(addresses, /10\.0\.20\.1\/24/);
  assert.match(await gw1.must("cat /proc/net/bonding/bond0"), /Currently Active Slave: \S+/);
});
