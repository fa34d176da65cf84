import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

import { socketName } from "#control/protocol.ts";
import { type ControlServer, startControlServer } from "#control/server.ts";
import { health } from "#gate/health-command.ts";

describe("gatepair health", { timeout: 60_000 }, () => {
  let directory = "";
  let server: ControlServer | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-gate-"));
    await writeFile(join(directory, "nginx.conf"), "events {}\n");
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(directory, { recursive: true });
  });

  async function configure(nginxConf = join(directory, "nginx.conf")): Promise<void> {
    const name = Object.keys(networkInterfaces())[0] ?? "lo";
    const text = `version: 1
virtual_routers: [{name: web, vrid: 51, interface: ${name}, addresses: [192.0.2.7/24]}]
nginx: {config: ${nginxConf}, binary: /usr/sbin/nginx}
`;
    await writeFile(join(directory, "config.yaml"), text);
  }

  async function serve(): Promise<void> {
    const answer = { ok: true, message: "", data: {} };
    server = await startControlServer(join(directory, socketName), async () => answer);
  }

  async function run(...more: string[]): Promise<{ code: number; out: string; err: string }> {
    const written = { out: "", err: "" };
    const places = ["--config", join(directory, "config.yaml"), "--runtime-dir", directory];
    const code = await health.run([...places, ...more], {
      stdout: { write: (text: string) => (written.out += text) },
      stderr: { write: (text: string) => (written.err += text) },
    });
    return { code, ...written };
  }

  test("passes a daemon that answers and an nginx.conf that nginx accepts", async () => {
    await configure();
    await serve();
    const { code, out } = await run();
    assert.equal(code, 0, out);
    assert.match(out, /^configuration: ok: /m);
    assert.match(out, /^daemon: ok: it answers$/m);
    assert.match(out, /^nginx: ok: the test of .*nginx\.conf passed$/m);
  });

  test("waits for a daemon that is late", async () => {
    await configure();
    setTimeout(() => void serve(), 700);
    const { code, out } = await run("--timeout", "20");
    assert.equal(code, 0, out);
  });

  test("refuses when no daemon answers in time, and one that hangs", async () => {
    await configure();
    const absent = await run("--timeout", "0");
    assert.equal(absent.code, 1);
    assert.match(absent.out, /^daemon: failed: no daemon answers on .*control\.sock/m);
    server = await startControlServer(join(directory, socketName), () => new Promise(() => {}));
    const hanging = await run("--timeout", "1");
    assert.equal(hanging.code, 1);
    assert.match(hanging.out, /^daemon: failed: the daemon on .* gave no answer/m);
  });

  test("refuses an nginx.conf that nginx refuses", async () => {
    await writeFile(join(directory, "nginx.conf"), "events {}\nlsten 80;\n");
    await configure();
    await serve();
    const { code, out } = await run();
    assert.equal(code, 1);
    assert.match(out, /^nginx: failed: .*unknown directive "lsten" in .*nginx\.conf:2$/m);
  });

  test("refuses a configuration with errors, at once", async () => {
    await writeFile(join(directory, "config.yaml"), "version: 1\nvirtual_routers: 7\n");
    const { code, out } = await run();
    assert.equal(code, 1);
    assert.match(out, /^configuration: failed: .*config\.yaml:2:18: virtual_routers: /m);
  });

  test("passes a box without a configuration", async () => {
    const { code, out } = await run();
    assert.equal(code, 0);
    assert.equal(out, "configuration: ok: there is none yet, the box waits for it\n");
  });

  test("refuses what it does not understand", async () => {
    for (const wrong of [["now"], ["--timeout", "soon"], ["--wrong"]]) {
      assert.equal((await run(...wrong)).code, 2, wrong.join(" "));
    }
  });
});
