import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { askDaemon } from "#control/client.ts";
import { longestLine, socketName } from "#control/protocol.ts";
import { type ControlHandler, type ControlServer, startControlServer } from "#control/server.ts";

const echo: ControlHandler = async (command) => ({ ok: true, message: command.name });

const refusal = {
  version: 1,
  ok: false,
  message: "that is no request of this version of gatepair",
};

describe("the control socket", { timeout: 30_000 }, () => {
  let directory = "";
  let path = "";
  let server: ControlServer | undefined;
  const clients: Socket[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-control-"));
    path = join(directory, socketName);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server?.close();
    await rm(directory, { recursive: true });
  });

  async function serve(handler: ControlHandler = echo): Promise<void> {
    server = await startControlServer(path, handler);
  }

  /** A client that never closes by itself, and everything that it is told. */
  function dial(): { client: Socket; answer: Promise<string> } {
    const client = connect({ path, allowHalfOpen: true });
    clients.push(client);
    const answer = new Promise<string>((resolve) => {
      let text = "";
      client.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      for (const end of ["end", "close", "error"]) client.on(end, () => resolve(text));
    });
    return { client, answer };
  }

  async function say(text: string): Promise<unknown> {
    const { client, answer } = dial();
    client.write(text);
    return JSON.parse(await answer);
  }

  test("answers a command, for root and the group of the daemon only", async () => {
    await serve();
    assert.equal((statSync(path).mode & 0o777).toString(8), "660");
    assert.deepEqual(await askDaemon(directory, { name: "status" }), {
      reached: true,
      response: { version: 1, ok: true, message: "status" },
    });
  });

  test("refuses what is no request, and goes on", async () => {
    await serve();
    const wrong = [
      "GET / HTTP/1.1",
      "{}",
      "null",
      '{"version":2,"command":{"name":"status"}}',
      '{"version":1,"command":{"name":"reboot"}}',
      '{"version":1,"command":{"name":"nginx","operation":"kill"}}',
      '{"version":1,"command":{"name":"status","more":1}}',
      '{"version":1,"command":{"name":"failover"}}',
      '{"__proto__":{"version":1,"command":{"name":"status"}}}',
    ];
    for (const line of wrong) assert.deepEqual(await say(`${line}\n`), refusal, line);
    assert.equal((await askDaemon(directory, { name: "status" })).reached, true);
  });

  test("refuses a line that is too long, and keeps none of what follows", async () => {
    await serve();
    const { client, answer } = dial();
    client.write("x".repeat(longestLine + 1));
    assert.deepEqual(JSON.parse(await answer), refusal);
    await new Promise((resolve) => client.once("close", resolve).on("error", resolve).write("x"));
  });

  test("reads the first line only", async () => {
    await serve();
    const request = '{"version":1,"command":{"name":"status"}}\n';
    assert.deepEqual(await say(request.repeat(3)), { version: 1, ok: true, message: "status" });
  });

  test("replaces what a daemon that died has left", async () => {
    await writeFile(path, "stale");
    await serve();
    assert.equal((await askDaemon(directory, { name: "status" })).reached, true);
  });

  test("survives a command that fails in the daemon", async () => {
    await serve(() => Promise.reject(new Error("out of order")));
    const outcome = await askDaemon(directory, { name: "status" });
    assert.ok(outcome.reached);
    assert.equal(outcome.response.ok, false);
    assert.match(outcome.response.message, /out of order/);
  });

  test("closes soon although clients say nothing, hear nothing or never hang up", async () => {
    await serve(() => new Promise(() => {}));
    dial();
    dial().client.write('{"version":1,"command":{"name":"status"}}\n');
    await sleep(50);
    const started = performance.now();
    await server?.close();
    assert.ok(performance.now() - started < 3000);
    assert.equal(existsSync(path), false);
    server = undefined;
  });

  test("lets answers that are under way leave before it closes", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await serve(async () => {
      await promise;
      return { ok: true, message: "done" };
    });
    const asked = askDaemon(directory, { name: "status" });
    await sleep(50);
    const closed = server?.close();
    resolve();
    assert.deepEqual(await asked, {
      reached: true,
      response: { version: 1, ok: true, message: "done" },
    });
    await closed;
    server = undefined;
  });

  test("hangs up on a client that says nothing", { timeout: 8000 }, async () => {
    await serve();
    assert.deepEqual(JSON.parse(await dial().answer), refusal);
  });

  test("a client is told when there is no daemon, or one that does not answer", async () => {
    const absent = await askDaemon(directory, { name: "status" });
    assert.ok(!absent.reached);
    assert.match(absent.message, /no daemon answers on .*control\.sock: is gatepair running\?/);
    await serve(() => new Promise(() => {}));
    const silent = await askDaemon(directory, { name: "status" }, 100);
    assert.ok(!silent.reached);
    assert.match(silent.message, /gave no answer/);
  });
});
