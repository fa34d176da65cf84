import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { milliseconds, seconds } from "#base/time.ts";
import type { WorkerCode } from "#base/worker-code.ts";
import type { CheckScript } from "#linux/programs/check-scripts.ts";
import { ScriptThread } from "#linux/programs/script-thread.ts";

const url = new URL("../../../src/linux/programs/script-worker.ts", import.meta.url);
const program: WorkerCode = { kind: "file", url };
const dying: WorkerCode = { kind: "source", code: "process.exit(1)" };

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-thread-"));
});
after(() => rm(directory, { recursive: true }));

const threads: ScriptThread[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close(seconds(5));
});

/** A thread whose first starts have these programs, and later ones the right one. */
function threadOf(...programs: WorkerCode[]): ScriptThread {
  const thread = new ScriptThread(() => programs.shift() ?? program);
  threads.push(thread);
  return thread;
}

function shell(script: string): CheckScript {
  const command = ["/bin/sh", "-c", script];
  return { name: "db", command, user: "root", timeout: milliseconds(30_000) };
}

async function waitForText(path: string): Promise<string> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text !== "") return text.trim();
    await sleep(20);
  }
  throw new Error(`nothing in ${path}`);
}

describe("the thread of the scripts", () => {
  test("answers each script with its own outcome, several at a time", async () => {
    const thread = threadOf();
    const codes = [3, 0, 7, 1];
    const outcomes = await Promise.all(codes.map((code) => thread.runCheck(shell(`exit ${code}`))));
    assert.deepEqual(
      outcomes.map(({ exitCode }) => exitCode),
      codes,
    );
  });

  test("gives scripts nothing of our environment", async () => {
    const { output } = await threadOf().runCheck(shell("env | cut -d= -f1 | sort | tr '\\n' ' '"));
    assert.equal(output, "GATEPAIR_CHECK PATH PWD ");
  });

  test("that dies fails those that run, and is started anew with the next", async () => {
    const thread = threadOf(dying);
    const { ok, detail } = await thread.runCheck(shell("exit 0"));
    assert.equal(ok, false);
    assert.equal(detail, "the thread that runs scripts failed: it ended");
    assert.equal((await thread.runCheck(shell("exit 0"))).ok, true);
  });

  test("ends without work, not before, and is started anew with the next", async () => {
    let starts = 0;
    const code = () => {
      starts += 1;
      return program;
    };
    const thread = new ScriptThread(code, milliseconds(50));
    threads.push(thread);
    const codes = await Promise.all(
      ["exit 1", "sleep 0.3; exit 2"].map(async (script) => {
        return (await thread.runCheck(shell(script))).exitCode;
      }),
    );
    assert.deepEqual([...codes, starts], [1, 2, 1]);
    await sleep(200);
    assert.equal((await thread.runCheck(shell("exit 3"))).exitCode, 3);
    assert.equal(starts, 2);
  });

  test("runs other programs as well, and says so when it cannot", async () => {
    const thread = threadOf(dying);
    const hook = { command: ["/bin/echo", "hello"], environment: {}, timeLimit: seconds(30) };
    const failed = await thread.runProcess(hook);
    assert.equal(failed.startError, "the thread that runs scripts failed: it ended");
    const { exitCode, output } = await thread.runProcess(hook);
    assert.deepEqual([exitCode, output], [0, "hello\n"]);
  });

  test("ends what runs when it is closed", async () => {
    const thread = threadOf();
    const pidFile = join(directory, "pid");
    const running = thread.runCheck(
      shell(`echo $$ > ${pidFile}; trap '' TERM; sleep 60 & wait; wait`),
    );
    const pid = await waitForText(pidFile);
    await thread.close(seconds(5));
    assert.equal((await running).ok, false);
    const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone Z");
    assert.match(status, /\) Z|gone/);
  });
});
