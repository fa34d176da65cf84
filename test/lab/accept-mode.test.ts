import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { neighbourOf } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { macAddressFor, ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway } from "../support/lab/pair.ts";
import { electionLimit, fastTimers, page1 } from "./expectations.ts";

const refusing = { ...fastTimers, router: { accept: false } } as const;

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
});
