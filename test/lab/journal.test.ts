import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createDecode } from "#cli/decode.ts";
import { replay } from "#cli/replay.ts";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { virtualAddress, virtualAddresses6 } from "../support/lab/names.ts";
import { until } from "../support/lab/time.ts";
import { runCommand } from "../support/run-command.ts";
import { electionLimit, fastTimers, page1, page2, version2Timers } from "./expectations.ts";

const keyInHex = Buffer.from(version2Timers.key).toString("hex");

/** In the packets: a short key is filled up with zeros (RFC 2338, 5.3.10). */
const keyOnTheWire = keyInHex.padEnd(16, "0");

describe("the journal of a pair", () => {
  test("tells of a failover on both hosts, replays here, and has no key in it", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, version2Timers);
    await prober.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);
    assert.equal((await pair.gw1.command("failover")).code, 0);
    await prober.waitFor(page2, electionLimit);
    await capture.finish();

    for (const gateway of [pair.gw1, pair.gw2]) {
      const exported = await gateway.command("journal", "export");
      assert.equal(exported.code, 0, exported.stderr);
      assert.ok(!exported.stdout.includes(keyOnTheWire) && !exported.stdout.includes('"1111"'));
      const recording = join(gateway.host.logs, "journal.jsonl");
      writeFileSync(recording, exported.stdout);
      const replayed = await runCommand(replay, recording);
      assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr);
      assert.match(replayed.stdout, / 0 came out otherwise\n$/);
      const [from, to] = gateway === pair.gw1 ? ["active", "backup"] : ["backup", "active"];
      assert.match(replayed.stdout, new RegExp(`-> transition ${from} -> ${to}: `));
      assert.match(replayed.stdout, /-> arm active-down for 3\.6\d+ s/);
    }

    const decoded = await runCommand(
      createDecode(() => []),
      capture.file,
    );
    assert.equal(decoded.code, 0, decoded.stderr);
    assert.match(decoded.stdout, /accepted: version 2, VRID 51, priority 0,/);
    assert.match(decoded.stdout, / 0 refused\n$/);
  });

  test("of both families replays here, with what both legs heard in one run", async (t) => {
    const { lab, prober } = await labFor(t, { ipv6: true });
    const addresses = [virtualAddress, ...virtualAddresses6];
    const listen = ["80", "[::]:80"];
    const pair = await startPair(lab, { ...fastTimers, listen, router: { addresses } });
    await prober.waitFor(page1, electionLimit);
    // Heard is what is looked for, and it comes with time alone: each interval on both legs.
    const { code, stdout } = await until(
      { what: "a run of both legs", limit: 15_000 },
      async () => {
        const exported = await pair.gw2.command("journal", "export");
        return exported.stdout.includes('"more_events":[{') ? exported : undefined;
      },
    );
    assert.equal(code, 0);
    const recording = join(lab.gw2.logs, "journal.jsonl");
    writeFileSync(recording, stdout);
    const replayed = await runCommand(replay, recording);
    assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr);
    assert.match(replayed.stdout, /advertisement of 172\..*, and advertisement of fe80::/);
  });

  test("of a run that was killed is there for the next one", async (t) => {
    const { lab, prober } = await labFor(t);
    const pair = await startPair(lab, version2Timers);
    await prober.waitFor(page1, electionLimit);
    assert.equal((await pair.gw1.command("journal", "export")).code, 0);
    pair.gw1.process.kill("SIGKILL");
    await pair.gw1.process.exited;
    const next = await startGateway(lab, "gw1", version2Timers);
    await next.waitUntilUp();
    assert.equal((await next.command("journal", "export")).code, 0);
    const files = await lab.gw1.must(["ls", "/var/lib/gatepair/journal"]);
    assert.deepEqual(files.trim().split("\n"), ["journal.1.jsonl.gz", "journal.jsonl.gz"]);
  });
});
