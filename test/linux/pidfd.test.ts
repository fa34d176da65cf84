import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";
import { type ProcessWatch, watchProcess } from "#linux/pidfd.ts";

const esrch = -3;
const einval = -22;

/** Starts a process and a watch whose exit can be awaited. */
function watchSleeper() {
  const child = spawn("sleep", ["30"]);
  const exit = Promise.withResolvers<void>();
  let exits = 0;
  const watch = watchProcess(child.pid ?? 0, () => {
    exits++;
    exit.resolve();
  });
  assert.ok(watch);
  return { child, watch, exited: exit.promise, exits: () => exits };
}

describe("process watch", () => {
  test("the exit is told once, and then a signal reaches nobody", async () => {
    const { watch, exited, exits } = watchSleeper();
    assert.equal(watch.signal(0), 0);
    assert.equal(watch.signal("SIGTERM"), 0);
    await exited;
    assert.equal(watch.signal("SIGKILL"), esrch);
    await sleep(50);
    assert.equal(exits(), 1);
    watch.close();
    watch.close();
  });

  test("a process that is no child is watched too", async () => {
    const script = "sleep 30 >/dev/null 2>&1 & echo $!";
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [output] = (await once(shell.stdout, "data")) as [Buffer];
    const exit = Promise.withResolvers<void>();
    const watch = watchProcess(Number(output), exit.resolve);
    assert.equal(watch?.signal("SIGKILL"), 0);
    await exit.promise;
  });

  test("a closed watch tells nothing and signals nobody", async () => {
    const { child, watch, exits } = watchSleeper();
    watch.close();
    assert.equal(watch.signal("SIGKILL"), esrch);
    child.kill("SIGKILL");
    await once(child, "exit");
    await sleep(50);
    assert.equal(exits(), 0);
  });

  test("a watch may be closed by its own callback", async () => {
    const child = spawn("sleep", ["30"]);
    const exit = Promise.withResolvers<void>();
    const watch: ProcessWatch | undefined = watchProcess(child.pid ?? 0, () => {
      watch?.close();
      exit.resolve();
    });
    watch?.signal("SIGKILL");
    await exit.promise;
  });

  test("no such process is an answer, not an exception", () => {
    assert.equal(
      watchProcess(0x7ffffff, () => {}),
      undefined,
    );
  });

  test("an unknown signal is refused by the kernel", async () => {
    const { watch, exited } = watchSleeper();
    assert.equal(watch.signal(9999), einval);
    watch.signal("SIGKILL");
    await exited;
  });

  test("a number that can be no process is a typed error", () => {
    assert.throws(() => watchProcess(-1, () => {}), {
      name: "SystemError",
      code: "EINVAL",
      message: /cannot watch process -1: pidfd_open/,
    });
  });
});
