import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { milliseconds } from "#base/time.ts";
import { type CheckScript, CheckScripts } from "#linux/programs/check-scripts.ts";
import { gatepairNative } from "#linux/native.ts";
import { findUser } from "#linux/programs/users.ts";

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-checks-"));
});
after(() => rm(directory, { recursive: true }));

/** As root, so that the scripts can write into the directory of the test. */
function shell(script: string, change: Partial<CheckScript> = {}): CheckScript {
  const command = ["/bin/sh", "-c", script];
  return { name: "db", command, user: "root", timeout: milliseconds(5000), ...change };
}

function run(script: CheckScript) {
  return new CheckScripts().run(script);
}

async function isAlive(pidFile: string): Promise<boolean> {
  const pid = (await readFile(pidFile, "utf8")).trim();
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "gone Z");
  return !/\) Z|gone/.test(status);
}

async function untilDead(pidFile: string): Promise<boolean> {
  for (let waited = 0; waited < 2000; waited += 20) {
    if (!(await isAlive(pidFile))) return true;
    await sleep(20);
  }
  return false;
}

describe("the script of a check", () => {
  test("passes with exit code 0, and fails with any other, quoting its last line", async () => {
    const good = await run(shell("echo fine"));
    assert.deepEqual([good.ok, good.exitCode, good.detail], [true, 0, "exit code 0"]);
    assert.equal(good.output, "fine\n");
    const bad = await run(shell("echo trying; echo no route >&2; exit 7"));
    assert.deepEqual([bad.ok, bad.exitCode], [false, 7]);
    assert.equal(bad.detail, "exit code 7; it said: no route");
    assert.equal((await run(shell("exit 3"))).detail, "exit code 3");
    assert.equal((await run(shell("kill -9 $$"))).detail, "it was ended by SIGKILL");
  });

  test("cannot write to a terminal through its last line, nor fill memory", async () => {
    const script = "head -c 1000000 /dev/zero | tr '\\0' x; printf '\\n\\033[2Jbad\\n'; exit 1";
    const { output, detail } = await run(shell(script));
    assert.equal(output.length, 4096);
    assert.equal(detail, "exit code 1; it said: [2Jbad");
  });

  test("runs as nobody, with no group, capability, variable or descriptor of ours", async () => {
    process.env["GATEPAIR_TEST_SECRET"] = "secret";
    assert.equal(gatepairNative().preventInheritance(), 0);
    const script = "id -u; id -G; grep CapEff /proc/self/status; env | sort; ls /proc/self/fd; pwd";
    const { output, ok } = await run(shell(script, { user: "nobody" }));
    delete process.env["GATEPAIR_TEST_SECRET"];
    const nobody = await findUser("nobody");
    assert.equal(ok, true, output);
    assert.deepEqual(output.trim().split("\n"), [
      String(nobody?.uid),
      String(nobody?.gid),
      "CapEff:\t0000000000000000",
      "GATEPAIR_CHECK=db",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "PWD=/",
      // 3 is the directory that ls reads.
      "0",
      "1",
      "2",
      "3",
      "/",
    ]);
  });

  test("that takes too long has failed, and is killed with all that it started", async () => {
    const pidFile = join(directory, "child");
    const hang = `trap '' TERM; sleep 60 & echo $! > ${pidFile}; echo waiting; wait; wait`;
    const result = await run(shell(hang, { timeout: milliseconds(1000) }));
    assert.equal(result.ok, false);
    const told = /^it was killed after (\d\.\d) s; it said: waiting$/.exec(result.detail);
    assert.ok(Number(told?.[1]) >= 1 && Number(told?.[1]) < 2, result.detail);
    assert.equal(await untilDead(pidFile), true);
  });

  test("that exits 0 when it is told to end has failed all the same", async () => {
    const script = shell("trap 'exit 0' TERM; sleep 60 & wait", { timeout: milliseconds(1000) });
    const result = await run(script);
    assert.deepEqual([result.ok, result.exitCode], [false, 0]);
    assert.match(result.detail, /^it was killed after/);
  });

  test("leaves nothing behind, however it ends", async () => {
    const pidFile = join(directory, "left");
    const result = await run(shell(`sleep 60 > /dev/null 2>&1 & echo $! > ${pidFile}; exit 0`));
    assert.equal(result.ok, true);
    assert.equal(await untilDead(pidFile), true);
  });

  test("that cannot be started has failed, and says why", async () => {
    const plain = join(directory, "plain");
    await writeFile(plain, "text");
    const detailOf = async (change: Partial<CheckScript>) => (await run(shell("", change))).detail;
    assert.match(await detailOf({ command: ["/absent/check"] }), /could not be started: .*ENOENT/);
    assert.match(await detailOf({ command: [plain] }), /could not be started: .*EACCES/);
    assert.equal(await detailOf({ user: "no-such-user" }), "there is no user no-such-user");
  });

  test("is ended when the daemon ends, and none is started any more", async () => {
    const scripts = new CheckScripts();
    const pidFile = join(directory, "closed");
    const running = scripts.run(shell(`echo $$ > ${pidFile}; exec sleep 60`));
    for (let waited = 0; waited < 2000; waited += 20) {
      if ((await readFile(pidFile, "utf8").catch(() => "")) !== "") break;
      await sleep(20);
    }
    await scripts.close();
    assert.equal((await running).ok, false);
    assert.equal(await untilDead(pidFile), true);
    assert.equal((await scripts.run(shell("exit 0"))).detail, "gatepair is being stopped");
  });
});

describe("the users of a host", () => {
  test("are found by their whole name only", async () => {
    const file = join(directory, "passwd");
    const lines = ["checker2:x:1:2::/:", "checker:x:107:65534::/nonexistent:/bin/false", "bad:x::"];
    await writeFile(file, `${lines.join("\n")}\nall:x:4294967295:4294967295::/:\n`);
    assert.deepEqual(await findUser("checker", file), { uid: 107, gid: 65534 });
    for (const name of ["check", "bad", "all", "107"]) {
      assert.equal(await findUser(name, file), undefined, name);
    }
    assert.equal(await findUser("checker", join(directory, "absent")), undefined);
  });
});
