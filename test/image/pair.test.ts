import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { neighbourOf, startCapture } from "../support/lab/capture.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { sleep, until } from "../support/lab/time.ts";
import { listKernels, renameKernel } from "../support/vm/boot-partition.ts";
import { startPatientProber, vmLabFor } from "../support/vm/fixture.ts";
import { makeDisc, writeToFlashedDisk } from "../support/vm/media.ts";
import { storyOf } from "../support/vm/story.ts";
import { projectVersion } from "../support/vm/vm-lab.ts";
import { bootLimit } from "../support/vm/vm-machine.ts";
import {
  assertGoodBoot,
  edit,
  exposureOf,
  failoverLimit,
  identityOf,
  macs,
  page1,
  page2,
  referenceSeed,
  startMailServer,
  waitForMail,
  waitUntilStarted,
  withSshKey,
} from "./expectations.ts";

const kernel = `gatepair_${projectVersion()}`;
/** For two emulated machines to come to rest. */
const settleLimit = 180_000;
const hookLog = "/var/lib/gatepair/hook-ran";

/** The reference pair's first machine, with a hook beside the mail, and SSH. */
const gw1Seed = edit(
  withSshKey(referenceSeed("gw1")),
  "user-data",
  "  notifications:\n",
  `  notifications:\n    hooks: { active: [/usr/bin/touch, ${hookLog}] }\n`,
);

// One story, because each boot takes its minute: two machines, three boots, and all that they prove.
test("two machines, each with only its first-boot file, are the reference pair", async (t) => {
  const lab = await vmLabFor(t);
  const tell = storyOf(t, lab);
  const mails = await startMailServer(lab);
  t.after(() => mails.stop());
  const disc = makeDisc(join(lab.media, "gw1.iso"), gw1Seed, "rock-and-joliet");
  const gw1 = lab.addMachine("gw1", {
    cards: [macs.gw1],
    drives: [{ file: disc, kind: "cdrom" }],
  });
  const gw2 = lab.addMachine("gw2", { cards: [macs.gw2] });
  writeToFlashedDisk(gw2.disk, referenceSeed("gw2"));
  // As a new version is written to the disk: three tries, none used.
  renameKernel(gw2.disk, `${kernel}.efi`, `${kernel}+3-0.efi`);
  const prober = startPatientProber(lab);
  t.after(() => prober.stop());
  let identity = "";

  await tell("the client gets the first machine's page", async () => {
    gw1.start();
    gw2.start();
    await prober.waitFor(page1, bootLimit);
  });

  await tell("the second, flashed with its file, is the Backup", async () => {
    await gw2.waitForConsole(/web: BACKUP/);
  });

  await tell(
    "once both have started there are gw1's Advertisements alone on the wire",
    async () => {
      // While an emulated machine still boots, nginx may be too slow for its probe, and the role moves.
      await waitUntilStarted(gw1);
      await waitUntilStarted(gw2);
      const what = "five seconds of gw1's Advertisements alone";
      const advertisements = await until({ what, limit: settleLimit }, async () => {
        const capture = await startCapture(lab.switch);
        await sleep(5000);
        const { advertisements: seen } = await capture.finish();
        const alone = seen.length >= 2 && seen.every(({ source }) => source === ownAddresses.gw1);
        return alone && seen;
      });
      for (const one of advertisements) {
        assert.deepEqual([one.version, one.vrid, one.priority], [3, 51, 100]);
        assert.ok(one.checksumGood && one.timeToLive === 255);
      }
      await prober.waitFor(page1, failoverLimit);
      assert.equal(await neighbourOf(lab.client, virtualAddress), macs.gw1);
      const addresses = await gw2.must("ip -br -4 address show eth0");
      assert.ok(addresses.includes(`${ownAddresses.gw2}/24`), addresses);
      assert.ok(!addresses.includes(virtualAddress), addresses);
    },
  );

  await tell("mail of the first transition arrives, and the hook ran", async () => {
    await waitForMail(mails, /^Subject: .*gw1.*web.*active/im);
    const what = "the hook ran";
    await until({ what, limit: failoverLimit, every: 1000 }, async () => {
      return (await gw1.run(`[ -e ${hookLog} ]`)).code === 0;
    });
  });

  await tell("both boots are good: nothing failed, nothing in the journal", async () => {
    await assertGoodBoot(gw1);
    await assertGoodBoot(gw2);
    assert.ok((await exposureOf(gw1, "gatepair")) <= 3.2);
    identity = await identityOf(gw1);
  });

  await tell("/usr cannot be written", async () => {
    const { code, output } = await gw1.run("mount -o remount,rw /usr; touch /usr/bin/mine");
    assert.notEqual(code, 0);
    assert.match(output, /Read-only file system/);
  });

  await tell("the console says who serves", async () => {
    await gw1.waitForConsole(/web: ACTIVE/, failoverLimit);
    const what = "the role on tty1";
    await until({ what, limit: failoverLimit, every: 1000 }, async () =>
      (await gw1.must("cat /dev/vcs1")).includes("web: ACTIVE"),
    );
  });

  await tell("nginx killed in gw1: it serves again", async () => {
    await gw1.must("kill -9 $(cat /run/nginx.pid) $(pgrep nginx)");
    // That nobody else served meanwhile is for hosts that are not emulated: test/lab.
    await prober.waitFor(page1, failoverLimit);
  });

  await tell("gw1 without power: gw2 serves, and a mail says so", async () => {
    await gw1.powerOff();
    await prober.waitFor(page2, failoverLimit);
    await waitForMail(mails, /^Subject: .*gw2.*web.*active/im);
  });

  await tell("gw1 with power again serves; it is the same machine as before", async () => {
    gw1.start();
    await prober.waitFor(page1, bootLimit);
    await assertGoodBoot(gw1);
    assert.equal(await identityOf(gw1), identity);
    const boots = await gw1.must("journalctl --list-boots --no-pager --quiet | wc -l");
    assert.equal(boots, "2");
  });

  await tell("the new version that gw2 started with is found good", async () => {
    await gw2.shutDown();
    assert.deepEqual(
      listKernels(gw2.disk).filter((name) => name.includes("+")),
      [],
    );
  });
});
