import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { milliseconds, seconds } from "#base/time.ts";
import type { HookFacts } from "#engine/ports.ts";
import { runBoundedProcess } from "#linux/programs/bounded-process.ts";
import { describeHookFailure, HookRunner, type HookOutcome } from "#linux/programs/hooks.ts";

const facts: HookFacts = {
  event: "active",
  router: "web",
  vrid: 51,
  interfaceName: "eth0",
  from: "backup",
  to: "active",
  reasonCode: "active-router-silent",
  reason: "no advertisement\nFORGED=1",
  priority: 100,
  addresses: ["172.16.178.137/32", "172.16.178.140/32"],
  routerId: "gw1",
};

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-hooks-"));
});
after(() => rm(directory, { recursive: true }));

async function runHooks(
  commands: readonly (readonly string[])[],
  timeLimit = seconds(10),
): Promise<{ outcomes: HookOutcome[]; dropped: string[] }> {
  const outcomes: HookOutcome[] = [];
  const dropped: string[] = [];
  const runner = new HookRunner({
    timeLimit,
    runProcess: runBoundedProcess,
    onOutcome: (outcome) => outcomes.push(outcome),
    onDropped: (hook) => dropped.push(hook),
  });
  for (const command of commands) runner.run(command, facts);
  await runner.idle();
  return { outcomes, dropped };
}

function shell(script: string): string[] {
  return ["/bin/sh", "-c", script];
}

async function isAlive(pidFile: string): Promise<boolean> {
  const pid = (await readFile(pidFile, "utf8")).trim();
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone Z");
  return !/\) Z|gone/.test(status);
}

describe("hooks", () => {
  test("get the facts, and nothing else, in their environment", async () => {
    process.env["GATEPAIR_TEST_SECRET"] = "secret";
    const { outcomes } = await runHooks([["/usr/bin/env"]]);
    delete process.env["GATEPAIR_TEST_SECRET"];
    assert.deepEqual((outcomes[0]?.output ?? "").trim().split("\n"), [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "GATEPAIR_EVENT=active",
      "GATEPAIR_ROUTER=web",
      "GATEPAIR_VRID=51",
      "GATEPAIR_INTERFACE=eth0",
      "GATEPAIR_FROM=backup",
      "GATEPAIR_TO=active",
      "GATEPAIR_REASON=no advertisement FORGED=1",
      "GATEPAIR_REASON_CODE=active-router-silent",
      "GATEPAIR_PRIORITY=100",
      "GATEPAIR_ADDRESSES=172.16.178.137/32 172.16.178.140/32",
      "GATEPAIR_ROUTER_ID=gw1",
    ]);
  });

  test("run one at a time and in order", async () => {
    const log = join(directory, "order");
    const commands = [1, 2, 3].map((number) =>
      shell(`echo start ${number} >> ${log}; sleep 0.05; echo end ${number} >> ${log}`),
    );
    await runHooks(commands);
    const lines = (await readFile(log, "utf8")).trim().split("\n");
    assert.deepEqual(
      lines,
      [1, 2, 3].flatMap((number) => [`start ${number}`, `end ${number}`]),
    );
  });

  test("that hang are killed with all they started, and the next one runs", async () => {
    const pidFile = join(directory, "child");
    const hang = shell(`trap '' TERM; sleep 60 & echo $! > ${pidFile}; echo waiting; wait; wait`);
    const { outcomes } = await runHooks([hang, shell("exit 0")], milliseconds(1000));
    assert.equal(outcomes[0]?.timedOut, true);
    assert.match(describeHookFailure(outcomes[0]) ?? "", /^it was killed after .*waiting/);
    assert.equal(await isAlive(pidFile), false);
    assert.deepEqual([outcomes[1]?.exitCode, outcomes[1]?.timedOut], [0, false]);
  });

  test("that are missing or not executable have a clear outcome", async () => {
    const plain = join(directory, "plain");
    await writeFile(plain, "text");
    const { outcomes } = await runHooks([["/absent/hook"], [plain], ["/bin/echo", "a\0b"], []]);
    const failures = outcomes.map((outcome) => describeHookFailure(outcome) ?? "");
    assert.match(failures[0] ?? "", /could not be started: .*ENOENT/);
    assert.match(failures[1] ?? "", /could not be started: .*EACCES/);
    assert.match(failures[2] ?? "", /could not be started: /);
    assert.match(failures[3] ?? "", /could not be started: /);
  });

  test("that fail are told with their exit code and their last words", async () => {
    const { outcomes } = await runHooks([
      shell("head -c 10000 /dev/zero | tr '\\0' x; echo bad >&2; exit 7"),
    ]);
    assert.equal(outcomes[0]?.exitCode, 7);
    assert.equal(outcomes[0]?.output.length, 4096);
    assert.match(outcomes[0]?.output ?? "", /x+bad\n$/);
    assert.match(describeHookFailure(outcomes[0]) ?? "", /^it exited with 7; /);
  });

  test("that leave a service behind do not hold up the next one", async () => {
    const { outcomes } = await runHooks([shell("sleep 3 & exit 0"), shell("exit 0")]);
    assert.ok((outcomes[0]?.seconds ?? 9) < 2);
    assert.equal(outcomes[1]?.exitCode, 0);
  });

  test("that pile up are dropped, oldest first, and each is reported", async () => {
    const commands = Array.from({ length: 40 }, (_, index) => ["/bin/true", String(index)]);
    const { outcomes, dropped } = await runHooks(commands);
    assert.equal(dropped.length + outcomes.length, 40);
    assert.equal(outcomes.length, 32);
  });
});
