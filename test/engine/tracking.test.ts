import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CommandResult } from "#engine/commands.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import { SimulatedHost } from "../support/simulated-host.ts";
import { settingsWith } from "../support/simulated-trackers.ts";

const bad = { ok: false, detail: "exit code 7; it said: no route", exitCode: 7 };

const faultSettings = settingsWith({ trackChecks: [{ name: "db", effect: { type: "fault" } }] });

/** Lets turns pass, each with one result. */
function pass(host: SimulatedHost, ...outcomes: readonly Parameters<typeof host.endCheck>[0][]) {
  for (const outcome of outcomes) host.endCheck(outcome).pass(2000);
}

function activeHost(settings: EngineSettings): SimulatedHost {
  const host = new SimulatedHost(settings).start().pass(0).endCheck().pass(2000);
  pass(host, {}, {});
  assert.equal(host.role, "active");
  return host;
}

function status(host: SimulatedHost) {
  const facts = { version: "1", pid: 1, startedAt: host.engine.ports.clock.now() };
  return takeSnapshot(host.engine, facts);
}

function runNow(host: SimulatedHost, name = "db"): CommandResult[] {
  const results: CommandResult[] = [];
  host.engine.execute({ name: "check-run", check: name }, (result) => results.push(result));
  return results;
}

describe("a check that is tracked", () => {
  test("is waited for before the first role is taken, and the status says so", () => {
    const host = new SimulatedHost(faultSettings).start().pass(1000);
    assert.equal(host.role, "initialize");
    assert.equal(status(host).virtual_routers[0]?.waiting_for, "check db has no result yet");
    assert.equal(status(host).checks[0]?.verdict, "unknown");
    host.endCheck();
    assert.equal(host.role, "backup");
    assert.equal(status(host).checks[0]?.verdict, "passed");
  });

  test("that fails at the start keeps the host from any role until it rises", () => {
    const host = new SimulatedHost(faultSettings).start().pass(0).endCheck(bad).pass(2000);
    assert.equal(host.role, "fault");
    assert.deepEqual(host.sent, []);
    pass(host, {});
    assert.equal(host.role, "fault");
    host.endCheck();
    assert.equal(host.role, "backup");
  });

  test("that falls gives up the role with priority 0, and the reason names it", () => {
    const host = activeHost(faultSettings);
    host.endCheck(bad).pass(2000);
    assert.equal(host.role, "active");
    host.endCheck(bad);
    assert.equal(host.role, "fault");
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.leases.size, 0);
    assert.equal(host.reason, "check db failed: exit code 7; it said: no route");
    assert.deepEqual(host.conditions, ["check-failed"]);
    assert.equal(status(host).checks[0]?.why, "exit code 7; it said: no route");
    assert.equal(status(host).checks[0]?.last_run?.exit_code, 7);
  });

  test("that rises again clears its condition, and the role may come back", () => {
    const host = activeHost(faultSettings);
    pass(host, bad, bad, {});
    assert.equal(host.role, "fault");
    host.endCheck();
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
    assert.equal(status(host).checks[0]?.why, null);
  });

  test("that never ends fails without a second run", () => {
    const host = activeHost(faultSettings).pass(4000);
    assert.equal(host.checkRuns.length, 1);
    assert.equal(host.role, "fault");
    assert.equal(host.reason, "check db failed: its last run has not ended");
  });

  test("may lower the priority only, and the status says by what", () => {
    const effect = { type: "lower-priority", by: 30 } as const;
    const host = activeHost(settingsWith({ trackChecks: [{ name: "db", effect }] }));
    pass(host, bad, bad);
    assert.equal(host.role, "active");
    assert.equal(host.sent.at(-1)?.priority, 70);
    assert.deepEqual(status(host).virtual_routers[0]?.lowered_by, [
      {
        source: "check db",
        reason: "check db failed: exit code 7; it said: no route",
        by: 30,
      },
    ]);
  });

  test("tells its failure by mail once, however its words change", () => {
    const host = activeHost(faultSettings);
    pass(host, bad, bad, { ok: false, detail: "exit code 8" });
    const mails = host.mails.filter(({ subject }) => subject.includes("check"));
    assert.equal(mails.length, 2, "one for the role, one for the condition");
    assert.equal(host.engine.reporter.conditions[0]?.detail, "exit code 8");
  });
});

describe("a check that an operator runs", () => {
  test("answers with its result, and moves no role", () => {
    const host = activeHost(faultSettings).endCheck().pass(100);
    for (let count = 0; count < 5; count++) {
      const results = runNow(host);
      host.endCheck({ ...bad, output: "trying\nno route\u001b[2J\n", seconds: 0.0123 });
      assert.equal(results.length, 1);
      assert.equal(results[0]?.ok, false);
      assert.equal(
        results[0]?.message,
        "check db: failed in 0.012 s: exit code 7; it said: no route\n  trying\n  no route [2J",
      );
      assert.deepEqual((results[0] as { data?: unknown }).data, {
        schema_version: 1,
        name: "db",
        kind: "script",
        passed: false,
        detail: "exit code 7; it said: no route",
        seconds: 0.012,
        exit_code: 7,
        output: "trying\nno route [2J",
      });
    }
    assert.equal(host.role, "active");
  });

  test("is the run that is under way: two operators share it", () => {
    const host = activeHost(faultSettings);
    const [first, second] = [runNow(host), runNow(host)];
    assert.equal(host.checkRuns.length, 1);
    host.endCheck();
    assert.deepEqual([first[0]?.ok, second[0]?.ok], [true, true]);
  });

  test("is not waited for when it does not end, nor beyond a stop", () => {
    const host = activeHost(faultSettings).endCheck().pass(100);
    const stopped = runNow(host);
    const late = new SimulatedHost(faultSettings).start().pass(4000);
    assert.match(runNow(late)[0]?.message ?? "", /its last run has not ended/);
    host.engine.post({ type: "stop", text: "asked to" });
    assert.match(stopped[0]?.message ?? "", /is being stopped/);
  });

  test("that does not exist is named with those that do", () => {
    const host = new SimulatedHost(faultSettings).start();
    assert.deepEqual(runNow(host, "bd"), [
      { ok: false, message: "there is no check bd; there are: db" },
    ]);
  });
});

describe("a tracked file", () => {
  const path = "/run/maintenance";
  const text = (number: string) => ({ type: "text", text: number }) as const;
  const lowering = settingsWith({ trackFiles: [{ path, onNumber: "lower-priority" }] });

  function activeHostWithFile(settings: EngineSettings): SimulatedHost {
    return new SimulatedHost({ ...settings, checks: [] }).start().pass(3700);
  }

  test("lowers the priority by its number within a second, and gives it back", () => {
    const host = activeHostWithFile(lowering);
    assert.equal(host.role, "active");
    host.files.set(path, text("50\n"));
    host.pass(2000);
    assert.equal(host.sent.at(-1)?.priority, 50);
    assert.deepEqual(host.conditions, ["tracked-file-set"]);
    assert.deepEqual(status(host).virtual_routers[0]?.lowered_by, [
      { source: `file ${path}`, reason: `the file ${path} holds 50`, by: 50 },
    ]);
    host.files.set(path, text("500"));
    host.pass(2000);
    assert.equal(host.sent.at(-1)?.priority, 1);
    host.files.delete(path);
    host.pass(2000);
    assert.equal(host.sent.at(-1)?.priority, 100);
    assert.deepEqual(host.conditions, []);
  });

  test("with on_failure: fault gives up the role for any number but 0", () => {
    const host = activeHostWithFile(settingsWith({ trackFiles: [{ path, onNumber: "fault" }] }));
    host.files.set(path, text("0"));
    host.pass(2000);
    assert.equal(host.role, "active");
    host.files.set(path, text("1"));
    host.pass(1000);
    assert.equal(host.role, "fault");
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.reason, `the file ${path} holds 1`);
  });

  test("that cannot be understood moves nothing, and is told", () => {
    const host = activeHostWithFile(lowering);
    host.files.set(path, text("50"));
    host.pass(2000).files.set(path, text("5o"));
    host.pass(2000);
    assert.equal(host.sent.at(-1)?.priority, 50);
    assert.deepEqual(host.conditions, ["tracked-file-set", "tracked-file-unusable"]);
    assert.deepEqual(status(host).tracked_files, [
      { path, number: 50, problem: "it holds no whole number from 0 up; 50 stays in force" },
    ]);
  });

  test("on a file system that does not answer is asked once, and keeps nobody from a role", () => {
    const host = new SimulatedHost({ ...lowering, checks: [] });
    host.silentFiles.add(path);
    host.start().pass(900);
    assert.equal(host.role, "initialize");
    assert.match(status(host).virtual_routers[0]?.waiting_for ?? "", /has not been read yet/);
    host.pass(100);
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, ["tracked-file-unusable"]);
  });
});
