import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { systemdNotifier } from "#linux/sd-notify.ts";

const enoent = -2;
const emsgsize = -90;
const enametoolong = -36;
const econnrefused = -111;

/** A stand-in for systemd: prints each datagram as a JSON string. */
const managerScript = `
import json, socket, sys
name = sys.argv[1]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("\\0" + name[1:] if name[0] == "@" else name)
manager.settimeout(10)
print("ready", flush=True)
print(json.dumps(manager.recv(8192).decode()), flush=True)
`;

/** What the manager received after `act`. */
async function receivedBy(socketPath: string, act: () => void): Promise<unknown> {
  const manager = spawn("python3", ["-c", managerScript, socketPath], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(manager.stdout)[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, "ready");
  act();
  return JSON.parse((await lines.next()).value as string);
}

describe("notification of systemd", () => {
  const directory = mkdtempSync(join(tmpdir(), "gatepair-notify-"));
  process.once("exit", () => rmSync(directory, { recursive: true }));

  test("a socket with a path receives the assignments, one a line", async () => {
    const path = join(directory, "notify");
    const notify = systemdNotifier(path);
    const message = await receivedBy(path, () => {
      assert.equal(notify({ READY: 1, STATUS: "Active on web" }), 0);
    });
    assert.equal(message, "READY=1\nSTATUS=Active on web");
  });

  test("a socket in the abstract namespace receives them too", async () => {
    const name = `@gatepair-test-${process.pid}`;
    const notify = systemdNotifier(name);
    const message = await receivedBy(name, () => assert.equal(notify({ WATCHDOG: 1 }), 0));
    assert.equal(message, "WATCHDOG=1");
  });

  test("a line end in a value makes no assignment of its own", async () => {
    const path = join(directory, "injected");
    const notify = systemdNotifier(path);
    const message = await receivedBy(path, () => notify({ STATUS: "one\nMAINPID=1" }));
    assert.equal(message, "STATUS=one MAINPID=1");
  });

  test("without systemd nothing is sent and nothing fails", () => {
    assert.equal(systemdNotifier(undefined)({ READY: 1 }), 0);
    assert.equal(systemdNotifier("")({ READY: 1 }), 0);
  });

  test("a manager that is gone is a value", () => {
    assert.equal(systemdNotifier(join(directory, "nobody"))({ READY: 1 }), enoent);
    assert.equal(systemdNotifier("@gatepair-nobody")({ READY: 1 }), econnrefused);
  });

  test("a path or message that does not fit is a value, not cut off", () => {
    assert.equal(systemdNotifier(`/${"x".repeat(200)}`)({ READY: 1 }), enametoolong);
    const notify = systemdNotifier(join(directory, "nobody"));
    assert.equal(notify({ STATUS: "x".repeat(5000) }), emsgsize);
  });
});
