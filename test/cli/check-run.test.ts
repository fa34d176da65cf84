import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkRun } from "#cli/check-run.ts";
import { socketName } from "#control/protocol.ts";
import { type ControlHandler, type ControlServer, startControlServer } from "#control/server.ts";

/** What the daemon would say of these checks. */
const answers: Readonly<Record<string, Awaited<ReturnType<ControlHandler>>>> = {
  good: { ok: true, message: "check good: passed", data: { passed: true } },
  bad: { ok: false, message: "check bad: failed\n  words", data: { passed: false } },
};
const unknown = { ok: false, message: "there is no check" };

describe("gatepair check-run", () => {
  let directory = "";
  let server: ControlServer | undefined;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-check-run-"));
    server = await startControlServer(join(directory, socketName), async (command) =>
      command.name === "check-run" ? (answers[command.check] ?? unknown) : unknown,
    );
  });
  after(async () => {
    await server?.close();
    await rm(directory, { recursive: true });
  });

  async function run(...args: readonly string[]) {
    const written = { out: "", err: "" };
    const code = await checkRun.run([...args, "--runtime-dir", directory], {
      stdout: { write: (text) => (written.out += text) },
      stderr: { write: (text) => (written.err += text) },
    });
    return { code, ...written };
  }

  test("ends with 0 when the check passed, and with 1 when it failed; both are its output", async () => {
    assert.deepEqual(await run("good"), { code: 0, out: "check good: passed\n", err: "" });
    assert.deepEqual(await run("bad"), { code: 1, out: "check bad: failed\n  words\n", err: "" });
  });

  test("prints the result as JSON when asked to", async () => {
    const { code, out } = await run("bad", "--json");
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), { passed: false });
  });

  test("that could not be done says why on the other output", async () => {
    const said = { code: 1, out: "", err: "gatepair: there is no check\n" };
    assert.deepEqual(await run("zork"), said);
    assert.deepEqual(await run("zork", "--json"), said);
  });

  test("wants one name", async () => {
    for (const args of [[], ["good", "bad"], ["good", "--zork"]]) {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, /^usage: gatepair check-run NAME/);
    }
  });
});
