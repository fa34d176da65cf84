import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fingerprint } from "#linux/nginx-configuration-test.ts";
import { limitLines } from "#linux/nginx-lines.ts";
import { makeOutputFifo, splitLines } from "#linux/nginx-output.ts";
import { listeningInodes } from "#linux/nginx-port-holder.ts";
import { NginxRecordFile } from "#linux/nginx-record.ts";
import { nginxEnvironment } from "#linux/nginx-spawn.ts";
import { parseProcessStatus, readProcess } from "#linux/process-table.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-parts-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe("a process status", () => {
  test("is read also when the name has spaces and parentheses", () => {
    const after = `S 1 20 30 0 -1 ${"0 ".repeat(13)}777 0`;
    assert.deepEqual(parseProcessStatus(`12 (a) b (c)) ${after}`), {
      pid: 12,
      state: "S",
      processGroup: 20,
      session: 30,
      startTime: 777,
    });
  });

  test("of a process that is not there is undefined", async () => {
    assert.equal((await readProcess(process.pid))?.pid, process.pid);
    assert.equal(await readProcess(2 ** 22 + 1), undefined);
  });
});

describe("the table of TCP sockets", () => {
  const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid";
  const row = (port: string, state: string, inode: number) =>
    `   0: 00000000:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1 0`;

  test("names who listens on a port, and not who is connected", () => {
    const table = [header, row("0050", "0A", 11), row("0050", "01", 12), row("1F90", "0A", 13)];
    assert.deepEqual(listeningInodes(table.join("\n"), 80), ["11"]);
    assert.deepEqual(listeningInodes(table.join("\n"), 443), []);
  });
});

describe("what nginx says", () => {
  test("is cut into lines wherever the pieces end, and long lines are cut", () => {
    const lines: string[] = [];
    const feed = splitLines((line) => lines.push(line));
    for (const piece of ["one\ntw", "o", "\n\n", "x".repeat(10_000), "\nend\n"]) feed(piece);
    assert.deepEqual(lines.slice(0, 2), ["one", "two"]);
    assert.equal(lines[2]?.length, 4096);
    assert.equal(lines[3], "end");
  });

  test("passes at a bounded rate, but for what decisions hang on", () => {
    const lines: string[] = [];
    const feed = limitLines((line) => lines.push(line));
    for (let count = 0; count < 10_000; count += 1) feed(`flood ${count}`);
    assert.ok(lines.length < 300);
    feed("2026/11/22 12:00:00 [notice] 7#7: start worker process 9");
    assert.match(lines.at(-1) ?? "", /start worker process 9$/);
    assert.match(lines.at(-2) ?? "", /^\(\d+ lines of nginx were dropped/);
  });

  test("goes through a FIFO that an earlier run may have left", async () => {
    const path = join(directory, "fifo");
    await writeFile(path, "not a FIFO");
    await makeOutputFifo(path);
    const { ino } = await stat(path);
    await makeOutputFifo(path);
    const found = await stat(path);
    assert.ok(found.isFIFO());
    assert.equal(found.ino, ino);
    assert.equal(found.mode & 0o777, 0o600);
  });
});

describe("the fingerprint of a configuration", () => {
  test("changes with a file, and with a new file beside it", async () => {
    const file = join(directory, "a.conf");
    await writeFile(file, "a");
    const first = await fingerprint([file]);
    assert.equal(await fingerprint([file]), first);
    await utimes(file, 1, 1);
    const second = await fingerprint([file]);
    assert.notEqual(second, first);
    await writeFile(join(directory, "b.conf"), "b");
    assert.notEqual(await fingerprint([file]), second);
    await rm(file);
    assert.match(await fingerprint([file]), /a\.conf missing/);
  });
});

describe("the record of the running nginx", () => {
  const complain = (error: unknown) => assert.fail(String(error));

  test("comes back as it was written", async () => {
    const path = join(directory, "nginx.json");
    const master = { pid: 12, startTime: 34, executable: "/usr/sbin/nginx", config: "/x" };
    const record = new NginxRecordFile(path, complain);
    record.save({ master });
    record.save({ operatorStopped: true });
    await record.settled();
    const found = await new NginxRecordFile(path, complain).load();
    assert.deepEqual(found, { operatorStopped: true, master });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.match(await readFile(path, "utf8"), /"start_time":34/);
  });

  test("that makes no sense is as good as none", async () => {
    const path = join(directory, "nginx.json");
    for (const text of ["", "[]", "null", '{"master":{"pid":-5}}', '{"master":{"pid":"1"}}']) {
      await writeFile(path, text);
      const { master } = await new NginxRecordFile(path, complain).load();
      assert.equal(master, undefined, text);
    }
  });
});

test("nginx gets none of what systemd told the daemon", () => {
  const environment = { PATH: "/bin", TZ: "UTC", NOTIFY_SOCKET: "x", LISTEN_FDS: "1", NGINX: "3;" };
  assert.deepEqual(nginxEnvironment(environment), { PATH: "/bin", TZ: "UTC" });
});
