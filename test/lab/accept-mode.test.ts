import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { neighbourOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { macAddressFor, ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { monotonicNow, sleep, until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, referenceTimers } from "./expectations.ts";

const refusing = { ...fastTimers, router: { accept: false } } as const;

/** Half a second is promised: with room for a busy machine. */
const mendLimit = 5000;

/** Somebody else's rules, which look at the same packets. */
const foreignTable =
  "table inet foreign { chain input { type filter hook input priority 0; ip daddr 192.0.2.99 drop; }; }";

async function isPinged(client: Host, address: string): Promise<boolean> {
  const { code } = await client.run(["ping", "-c", "2", "-i", "0.2", "-W", "1", "-n", address]);
  return code === 0;
}

/** Whether a TCP connection to port 80 is answered with a page. */
async function serves(client: Host, address: string): Promise<boolean> {
  const ask = `exec 3<>/dev/tcp/${address}/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  const { stdout } = await client.run(["timeout", "2", "bash", "-c", ask]);
  return stdout.includes(page1);
}

function tablesOf(host: Host): Promise<string> {
  return host.must(["nft", "list", "tables"]);
}

/** Which table it is: one that is made anew has another number. Undefined where there is none. */
async function tableHandle(host: Host): Promise<string | undefined> {
  const { stdout } = await host.run(["nft", "-a", "list", "table", "inet", "gatepair"]);
  return /^table inet gatepair \{ # handle (\d+)$/m.exec(stdout)?.[1];
}

/** Flushes everything, as a reload of nftables.service does; gives the time until our rules are back. */
async function flushRules(host: Host): Promise<string> {
  const before = await tableHandle(host);
  assert.ok(before !== undefined);
  await host.must(["nft", "flush", "ruleset"]);
  const flushed = monotonicNow();
  await until({ what: "the rules are back", limit: mendLimit }, async () => {
    const handle = await tableHandle(host);
    return handle !== undefined && handle !== before;
  });
  return `back after ${(monotonicNow() - flushed).toFixed(0)} ms`;
}

/** As fail2ban on a bad day: one address after the other, and now and then thousands at once. */
const busyRules = `
  nft 'add table inet busy; add set inet busy hosts { type ipv4_addr; }'
  for network in $(seq 0 19); do
    for host in $(seq 0 255); do echo "add element inet busy hosts { 10.0.$network.$host }"; done
  done > /run/many.nft
  echo 'flush set inet busy hosts' >> /run/many.nft
  while :; do
    nft -f /run/many.nft
    for host in $(seq 0 99); do nft add element inet busy hosts "{ 10.1.0.$host }"; done
    nft 'add table inet busy; add set inet busy hosts { type ipv4_addr; }'
  done`;

describe("a router with accept: false", () => {
  test("answers for its address, and nothing at it; all else is as before", async (t) => {
    const { lab } = await labFor(t);
    await lab.gw1.must(["nft", foreignTable]);
    const before = await lab.gw1.must(["nft", "list", "ruleset"]);
    const gateway = await startGateway(lab, "gw1", refusing);
    await gateway.waitForRole("active", electionLimit);
    assert.equal(await lab.gw1.hasAddress(virtualAddress), true);

    assert.equal(await isPinged(lab.client, virtualAddress), false);
    assert.equal(await serves(lab.client, virtualAddress), false);
    const mac = macAddressFor(ownAddresses.gw1);
    assert.equal(await neighbourOf(lab.client, virtualAddress), mac);
    assert.equal(await isPinged(lab.client, ownAddresses.gw1), true);
    assert.equal(await serves(lab.client, ownAddresses.gw1), true);
    assert.ok((await lab.gw1.must(["nft", "list", "ruleset"])).includes(before));

    await gateway.stop();
    assert.equal(await lab.gw1.must(["nft", "list", "ruleset"]), before);
  });

  test("is in fault while packets cannot be dropped, and says why", async (t) => {
    const { lab } = await labFor(t);
    await lab.gw1.must(["mount", "--bind", "/bin/false", "/usr/sbin/nft"]);
    const gateway = await startGateway(lab, "gw1", refusing);
    await gateway.waitForRole("fault", electionLimit);
    assert.match(await gateway.why(), /packets to its addresses cannot be dropped: nft/);
    assert.equal(await lab.gw1.hasAddress(virtualAddress), false);

    await lab.gw1.must(["umount", "/usr/sbin/nft"]);
    await gateway.waitForRole("active", electionLimit + 10_000);
    assert.equal(await isPinged(lab.client, virtualAddress), false);
  });

  test("that was killed leaves no rules to one that accepts, and none after a clean-up", async (t) => {
    const { lab, prober } = await labFor(t);
    for (const next of ["run", "clean-up"] as const) {
      const killed = await startGateway(lab, "gw1", refusing);
      await killed.waitForRole("active", electionLimit);
      killed.process.kill("SIGKILL");
      await killed.process.exited;
      assert.match(await tablesOf(lab.gw1), /^table inet gatepair$/m);

      if (next === "clean-up") {
        await lab.gw1.must([gatepairBinary(), "clean-up"]);
      } else {
        const accepting = await startGateway(lab, "gw1", fastTimers);
        await prober.waitFor(page1, electionLimit);
        await accepting.stop();
      }
      assert.equal(await tablesOf(lab.gw1), "");
    }
  });

  test("drops again when somebody flushed the ruleset, and says so", async (t) => {
    const { lab } = await labFor(t);
    const gateway = await startGateway(lab, "gw1", refusing);
    await gateway.waitForRole("active", electionLimit);
    for (let time = 0; time < 2; time++) {
      t.diagnostic(await flushRules(lab.gw1));
      assert.equal(await isPinged(lab.client, virtualAddress), false);
      assert.equal(await serves(lab.client, virtualAddress), false);
      assert.equal(await isPinged(lab.client, ownAddresses.gw1), true);
    }
    const code = "packet-filter-removed-by-other";
    const text = await gateway.waitForCondition(code, electionLimit);
    assert.match(text, /removed or changed by someone else: its rules were installed again/);
    assert.equal((await gateway.status()).virtual_routers[0]?.role, "active");
  });

  test("advertises and drops while somebody changes the ruleset all the time", async (t) => {
    const { lab } = await labFor(t);
    // Not the fast timers: what changes the ruleset keeps the machine as busy as it can be.
    const { gw1, gw2 } = await startPair(lab, { ...refusing, ...referenceTimers });
    await gw1.waitForRole("active", electionLimit);
    await gw2.waitForRole("backup", electionLimit);
    const busy = await lab.gw1.start(["sh", "-c", busyRules], "busy");
    const capture = await startCapture(lab.switch);
    await sleep(4000);
    t.diagnostic(await flushRules(lab.gw1));
    assert.equal(await isPinged(lab.client, virtualAddress), false);
    await sleep(3000);
    assert.ok(busy.alive());
    const { advertisements } = await capture.finish();
    assert.ok(advertisements.every(({ source }) => source === ownAddresses.gw1));
    const gaps = advertisements
      .slice(1)
      .map(({ at }, index) => at - (advertisements[index]?.at ?? 0));
    t.diagnostic(`${gaps.length} gaps, at most ${Math.max(...gaps).toFixed(0)} ms`);
    assert.ok(gaps.length >= 6 && Math.max(...gaps) < 2000, gaps.join(" "));
  });
});
