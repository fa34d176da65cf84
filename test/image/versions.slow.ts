import assert from "node:assert/strict";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/lab/time.ts";
import { copyKernel, listKernels } from "../support/vm/boot-partition.ts";
import { startPatientProber, vmLabFor } from "../support/vm/fixture.ts";
import { findPartition } from "../support/vm/gpt.ts";
import { makeFatDisk } from "../support/vm/media.ts";
import { storyOf } from "../support/vm/story.ts";
import { projectVersion } from "../support/vm/vm-lab.ts";
import { bootLimit } from "../support/vm/vm-machine.ts";
import { edit, macs, page1, referenceSeed } from "./expectations.ts";

const kernel = `gatepair_${projectVersion()}`;
/** Sorts behind every other version: the boot loader takes it for the newest. */
const newer = "gatepair_9999";

/** nginx does not take its configuration: the daemon lives, but nothing would be served. */
const broken = edit(
  referenceSeed("gw1"),
  "user-data",
  "write_files:\n",
  "write_files:\n  - path: /etc/nginx/conf.d/broken.conf\n    content: no such directive;\n",
);

/** Length in bytes of what dm-verity covers: veritysetup(8) writes it before the hashes. */
function sealedLength(disk: string, verity: string): number {
  const superblock = Buffer.alloc(80);
  const file = openSync(disk, "r");
  readSync(file, superblock, 0, superblock.length, findPartition(disk, verity).offset);
  closeSync(file);
  assert.equal(superblock.toString("latin1", 0, 6), "verity");
  return Number(superblock.readBigUInt64LE(72)) * superblock.readUInt32LE(64);
}

/** Changes one bit in the last block of /usr. */
function damageUsr(disk: string): void {
  const { offset } = findPartition(disk, kernel);
  const position = offset + sealedLength(disk, `${kernel}_verity`) - 100;
  const file = openSync(disk, "r+");
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, position);
  byte[0] = (byte[0] ?? 0) ^ 1;
  writeSync(file, byte, 0, 1, position);
  closeSync(file);
}

// Each boot takes its minute: one machine, three boots.
test("a version that is not good is left again; a factory reset forgets; a damaged /usr shows", async (t) => {
  const lab = await vmLabFor(t);
  const tell = storyOf(t, lab);
  const disk = join(lab.media, "cidata.img");
  const gw1 = lab.addMachine("gw1", {
    cards: [macs.gw1],
    drives: [{ file: makeFatDisk(disk, broken), kind: "disk" }],
  });
  // As a new version is written to the disk; only one try is left, which saves two boots.
  copyKernel(gw1.disk, `${kernel}.efi`, `${newer}+1-2.efi`);
  const prober = startPatientProber(lab);
  t.after(() => prober.stop());
  let identity = "";

  await tell("the health gate refuses it, and the machine reboots by itself", async () => {
    gw1.start();
    await gw1.waitForConsole(/this version is not good for this box/);
  });

  await tell("the boot loader falls back to the version before, and marks the other", async () => {
    const rebooted = gw1.console().length;
    await gw1.waitForConsole(new RegExp(`not good for this box[^]*gatepair firstboot: `));
    assert.ok(rebooted > 0);
    gw1.forgetShell();
    const selected = "/sys/firmware/efi/efivars/LoaderEntrySelected-*";
    const entry = await gw1.must(`tr -cd "[:print:]" <${selected}`);
    assert.ok(entry.startsWith(kernel), entry);
    identity = await gw1.must("cat /etc/machine-id");
    await gw1.shutDown();
    assert.ok(listKernels(gw1.disk).includes(`${newer}+0-3.efi`), listKernels(gw1.disk).join());
  });

  await tell("a factory reset makes another machine of it, which serves", async () => {
    makeFatDisk(disk, referenceSeed("gw1"));
    gw1.start({ kernelOptions: ["systemd.factory_reset=yes"] });
    await prober.waitFor(page1, bootLimit);
    assert.notEqual(await gw1.must("cat /etc/machine-id"), identity);
    assert.equal(await gw1.must("journalctl --list-boots --no-pager --quiet | wc -l"), "1");
  });

  await tell("the block of /usr in which one bit was changed cannot be read", async () => {
    const usr = "/dev/$(basename $(readlink /sys/dev/block/$(mountpoint -d /usr)))";
    const lastBlock = `$(($(blockdev --getsz ${usr}) / 8 - 1))`;
    damageUsr(gw1.disk); // under the running system, which may need that block to boot
    const read = `dd iflag=direct if=${usr} of=/dev/null bs=4096 skip=${lastBlock}`;
    const { code, output } = await gw1.run(read);
    assert.notEqual(code, 0);
    assert.match(output, /Input\/output error/);
    await until({ what: "the kernel's word on it", limit: 10_000 }, async () =>
      /data block \d+ is corrupted/.test((await gw1.run("dmesg | tail -n 20")).output),
    );
  });
});
