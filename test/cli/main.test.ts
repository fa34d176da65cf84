import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Command } from "#cli/command.ts";
import { failover } from "#cli/failover.ts";
import { mail } from "#cli/mail.ts";
import { nginx } from "#cli/nginx.ts";
import { schema } from "#cli/schema.ts";
import { status } from "#cli/status.ts";
import { version } from "#cli/version.ts";
import { socketName } from "#control/protocol.ts";
import { startControlServer } from "#control/server.ts";
import { run } from "#daemon/run-command.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function runProgram(program: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: 20_000, killSignal: "SIGKILL" });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

function gatepair(...args: string[]): Promise<Result> {
  return runProgram(process.execPath, [main, ...args]);
}

/** Within this process, which is quicker by far. */
async function runCommand(command: Command, ...args: string[]): Promise<Result> {
  let [out, err] = ["", ""];
  const code = await command.run(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

describe("the command line", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-main-"));
  });
  after(() => rm(directory, { recursive: true }));

  test("without a command lists commands and exit codes", async () => {
    const { code, out, err } = await gatepair();
    assert.equal(code, 0);
    assert.equal(err, "");
    for (const word of ["run", "check", "status", "failover", "nginx", "mail", "exit codes:"]) {
      assert.ok(out.includes(word), word);
    }
  });

  test("explains one command, however it is asked", async () => {
    const runs = await Promise.all([gatepair("help", "status"), gatepair("status", "-h")]);
    for (const { code, out } of runs) {
      assert.equal(code, 0);
      assert.match(out, /^usage: gatepair status \[--json\]/);
    }
  });

  test("refuses a command that there is not, also one that every object has", async () => {
    const runs = [gatepair("reboot"), gatepair("constructor"), gatepair("help", "constructor")];
    for (const { code, out, err } of await Promise.all(runs)) {
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, /^gatepair: there is no command \w+; 'gatepair help' lists them\n$/);
    }
  });

  const wrong: readonly [Command, ...string[]][] = [
    [status, "--colour"],
    [status, "web"],
    [nginx],
    [nginx, "kill"],
    [nginx, "stop", "now"],
    [failover, "web", "mail"],
    [mail, "send"],
    [schema, "2"],
    [version, "2"],
    [run, "now"],
  ];
  for (const [command, ...args] of wrong) {
    const [, name = ""] = command.usage.split(/\s/);
    test(`refuses ${[name, ...args].join(" ")} and shows the usage`, async () => {
      const { code, out, err } = await runCommand(command, ...args);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, /^usage: gatepair /);
    });
  }

  test("says with its exit code that no daemon answers", async () => {
    const asked: readonly [Command, ...string[]][] = [
      [status],
      [failover],
      [nginx, "start"],
      [mail, "test"],
    ];
    for (const [command, ...args] of asked) {
      const { code, out, err } = await runCommand(command, ...args, "--runtime-dir", directory);
      assert.equal(code, 4);
      assert.equal(out, "");
      assert.match(err, /^gatepair: no daemon answers on .*: is gatepair running\?\n$/);
    }
  });

  test("says with its exit code, and with its words, that the daemon could not do it", async () => {
    const answer = { ok: false, message: "it rains" };
    const server = await startControlServer(join(directory, socketName), async () => answer);
    for (const [command, ...args] of [[status], [failover], [nginx, "stop"]] as const) {
      const { code, out, err } = await runCommand(command, ...args, "--runtime-dir", directory);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(err, /it rains\n$/);
    }
    await server.close();
  });

  test("a configuration that is missing is a failure, one with mistakes is told apart", async () => {
    const file = join(directory, "wrong.yaml");
    await writeFile(file, "version: 1\n");
    const missing = await runCommand(run, "--config", join(directory, "missing.yaml"));
    assert.equal(missing.code, 1);
    assert.match(missing.err, /missing\.yaml: cannot read: there is no such file/);
    const broken = await runCommand(run, "--config", file);
    assert.equal(broken.code, 3);
    assert.match(broken.err, /wrong\.yaml:1:1: virtual_routers: /);
  });

  test("a reader that has read enough is no reason to complain", async () => {
    const pipe = '"$0" "$1" schema | true; echo "${PIPESTATUS[0]}"';
    const { out, err } = await runProgram("bash", ["-c", pipe, process.execPath, main]);
    assert.equal(err, "");
    assert.equal(out, "0\n");
  });

  test("a daemon that cannot start says why and ends", async () => {
    // Longer than the path of a socket may be (unix(7)).
    const runtime = join(directory, "x".repeat(120));
    await mkdir(runtime);
    const file = join(directory, "gw1.yaml");
    const router = "{name: web, vrid: 51, interface: gpmain0, addresses: [192.0.2.100]}";
    await writeFile(file, `version: 1\nvirtual_routers: [${router}]\n`);
    const run = ["run", "--config", file, "--runtime-dir", runtime];
    const inside = ["--net", process.execPath, main, ...run, "--state-dir", join(directory, "s")];
    const { code, err } = await runProgram("unshare", inside);
    assert.equal(code, 1, err);
    assert.match(err, /gatepair: listen EINVAL: invalid argument .*control\.sock/);
  });
});
