import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { instant } from "#base/time.ts";
import { console as consoleCommand } from "#console/console-command.ts";
import { chooseConsoles, isVirtualTerminal } from "#console/consoles.ts";
import { FactReader } from "#console/fact-reader.ts";
import { Terminal } from "#console/terminal.ts";
import { parseUnitState, pickLastWords } from "#console/unit-state.ts";
import { socketName } from "#control/protocol.ts";
import { type ControlServer, startControlServer } from "#control/server.ts";
import { takeSnapshot } from "#engine/snapshot.ts";

import { SimulatedHost } from "../support/simulated-host.ts";

let directory = "";
let server: ControlServer | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-console-"));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true });
});

async function serveStatus(): Promise<void> {
  const host = new SimulatedHost().startActive();
  const startedAt = host.engine.ports.clock.now();
  const data = takeSnapshot(host.engine, { version: "1.2.3", pid: 7, startedAt });
  const answer = { ok: true, message: "", data };
  server = await startControlServer(join(directory, socketName), async () => answer);
}

const wrongConfig = "version: 1\nvirtual_routers: 7\n";

describe("gatepair console --once", () => {
  async function run(...more: string[]): Promise<{ code: number; out: string }> {
    let out = "";
    const io = { write: (text: string) => (out += text) };
    const places = ["--runtime-dir", directory, "--config", join(directory, "config.yaml")];
    const args = [...places, "--report", join(directory, "report.json"), "--once", ...more];
    return { code: await consoleCommand.run(args, { stdout: io, stderr: io }), out };
  }

  test("shows the roles that a daemon tells on its control socket", async () => {
    await serveStatus();
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.match(out, /^---- gatepair ----\n.*: Gatepair 0\.0\.0-source, up /m);
    assert.match(out, /^web: ACTIVE for /m);
  });

  test("shows the configuration's errors when there is no daemon", async () => {
    await writeFile(join(directory, "config.yaml"), wrongConfig);
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.match(
      out,
      /^gatepair: NOT RUNNING because of its configuration:\n {2}.*config\.yaml:2:18: /m,
    );
  });

  test("goes on with a report of first boot that cannot be read", async () => {
    await writeFile(join(directory, "report.json"), '{"schema_version": 99}');
    assert.match((await run()).out, /^gatepair: not running, there is no configuration$/m);
  });

  test("refuses what it does not understand", async () => {
    assert.equal((await run("now")).code, 2);
    assert.equal((await run("--wrong")).code, 2);
  });
});

describe("the facts", () => {
  test("follow the daemon and the configuration, and ask systemd rarely", async () => {
    let asked = 0;
    const places = {
      runtimeDirectory: directory,
      config: join(directory, "config.yaml"),
      report: join(directory, "report.json"),
    };
    const reader = new FactReader(places, async () => {
      asked += 1;
      return undefined;
    });
    const read = async (seconds: number) => (await reader.read(instant(seconds * 1000))).daemon;
    const type = async (seconds: number) => {
      const daemon = await read(seconds);
      return daemon.type === "silent" ? daemon.config.type : daemon.type;
    };
    assert.equal(await type(0), "absent");
    await writeFile(places.config, wrongConfig);
    assert.equal(await type(2), "wrong");
    assert.equal(asked, 0);
    await writeFile(
      places.config,
      "version: 1\nvirtual_routers: [{name: web, vrid: 51, interface: none, addresses: [192.0.2.7]}]\n",
    );
    for (const seconds of [4, 6, 18]) assert.equal(await type(seconds), "usable");
    assert.equal(asked, 1);
    await type(19);
    assert.equal(asked, 2);
    await serveStatus();
    assert.equal(await type(21), "answers");
  });
});

describe("a terminal", () => {
  function fifo(): { path: string; reader: number } {
    const path = join(directory, "ttyS0");
    execFileSync("mkfifo", [path]);
    return { path, reader: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
  }

  function readAll(reader: number): string {
    const chunks: string[] = [];
    const buffer = Buffer.alloc(1 << 20);
    try {
      for (;;) {
        const length = readSync(reader, buffer);
        if (length === 0) break;
        chunks.push(buffer.toString("latin1", 0, length));
      }
    } catch {
      // EAGAIN: there is no more.
    }
    return chunks.join("");
  }

  test("that nobody reads never blocks, and gets the rest when it is read again", async () => {
    const { path, reader } = fifo();
    const terminal = new Terminal(path);
    assert.ok(terminal.open(instant(0)));
    const text = "x".repeat(100_000);
    assert.ok(terminal.write(text));
    assert.ok(terminal.isBusy);
    let read = readAll(reader);
    assert.ok(read.length < text.length);
    for (let polls = 0; terminal.isBusy && polls < 100; polls += 1) {
      await sleep(50);
      read += readAll(reader);
    }
    assert.equal(read + readAll(reader), text);
    terminal.close();
    closeSync(reader);
  });

  test("that is gone is tried again after a while, not at each look", () => {
    const { path, reader } = fifo();
    const terminal = new Terminal(path);
    assert.ok(terminal.open(instant(0)));
    closeSync(reader);
    assert.equal(terminal.write("lost"), false);
    assert.equal(terminal.isBusy, false);
    assert.equal(terminal.open(instant(2000)), false);
    const again = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    assert.equal(terminal.open(instant(2000)), false);
    assert.ok(terminal.open(instant(31_000)));
    terminal.close();
    closeSync(again);
  });

  test("is the screen in front of the machine, and each console of the kernel", () => {
    assert.deepEqual(chooseConsoles("tty0 ttyS0\n", ["/dev/tty1"]), ["/dev/tty1", "/dev/ttyS0"]);
    assert.deepEqual(chooseConsoles("hvc0\n", []), ["/dev/hvc0"]);
    assert.deepEqual(chooseConsoles("", []), []);
    assert.ok(isVirtualTerminal("/dev/tty1"));
    for (const path of ["/dev/ttyS0", "/dev/hvc0", "/dev/console"]) {
      assert.ok(!isVirtualTerminal(path), path);
    }
  });
});

describe("what systemd says", () => {
  test("is read from its properties", () => {
    const text =
      "Result=exit-code\nNRestarts=4\nExecMainStatus=1\nActiveState=activating\nSubState=auto-restart\nJob=77\n";
    assert.deepEqual(parseUnitState(text), {
      active: "activating",
      sub: "auto-restart",
      result: "exit-code",
      exitStatus: "1",
      restarts: "4",
      isQueued: true,
      said: [],
    });
    assert.equal(parseUnitState(""), undefined);
  });

  test("and what the daemon said last are told apart", () => {
    const journal = [
      '{"level":"error","event":"daemon.failed"}',
      "gatepair: cannot bind",
      "gatepair.service: Main process exited, code=exited, status=1/FAILURE",
      "Started gatepair.service - Gatepair.",
      "gatepair: cannot bind",
    ];
    assert.deepEqual(pickLastWords(journal.join("\n")), ["gatepair: cannot bind"]);
  });
});
