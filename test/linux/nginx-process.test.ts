import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { milliseconds } from "#base/time.ts";
import { listSession, readCommandLine, readProcess } from "#linux/process-table.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import {
  fetchPage,
  makeSite,
  removeSite,
  slowBytes,
  Supervisor,
  writeConfig,
} from "./nginx-harness.ts";
import type { Site } from "./nginx-harness.ts";

let site: Site;
let supervisors: Supervisor[] = [];

async function supervise(change: Partial<NginxSettings> = {}): Promise<Supervisor> {
  site = await makeSite(change);
  return await open();
}

async function open(): Promise<Supervisor> {
  const supervisor = new Supervisor(site);
  supervisors.push(supervisor);
  await supervisor.open();
  return supervisor;
}

afterEach(async () => {
  for (const supervisor of supervisors) await supervisor.end();
  supervisors = [];
  await removeSite(site);
});

/** As when the daemon dies: this supervisor hears and does nothing any more. */
async function abandon(supervisor: Supervisor): Promise<void> {
  await supervisor.abandon();
  supervisors = supervisors.filter((one) => one !== supervisor);
}

async function workersOf(master: number): Promise<number[]> {
  const members = await listSession(master);
  return members.map(({ pid }) => pid).filter((pid) => pid !== master);
}

/** They end a little after they let go of the port. */
async function untilWorkersOf(master: number, left: number, nginx: Supervisor): Promise<void> {
  const isSo = async () => (await workersOf(master)).length === left;
  await nginx.until(isSo, `left with ${left} workers of ${master}`, 2000);
}

describe("a started nginx", () => {
  test("runs in the foreground, in a session of its own, and inherits nothing", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    assert.equal(await fetchPage(site), "one");
    const status = await readProcess(nginx.pid);
    assert.equal(status?.session, nginx.pid);
    assert.equal(status?.processGroup, nginx.pid);
    const descriptors = await readdir(`/proc/${nginx.pid}/fd`);
    const own = new Set(await Promise.all((await readdir("/proc/self/fd")).map(ownDescriptor)));
    for (const descriptor of descriptors.filter((name) => Number(name) > 2)) {
      const target = await readlink(`/proc/${nginx.pid}/fd/${descriptor}`);
      assert.ok(!own.has(target) || !target.startsWith("socket:"), `inherited ${target}`);
    }
  });

  test("cannot be blocked by its output when nobody reads it", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const flags = await readFile(`/proc/${nginx.pid}/fdinfo/2`, "utf8");
    const octal = /flags:\s*(\d+)/.exec(flags)?.[1] ?? "0";
    assert.equal(Number.parseInt(octal, 8) & 0o4003, 0o4002, "O_NONBLOCK and O_RDWR");
  });

  test("keeps the error log of its own configuration", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const log = await readFile(join(site.directory, "error.log"), "utf8");
    assert.match(log, /start worker processes/);
    assert.ok(nginx.state.lines.some((line) => line.includes("start worker processes")));
  });
});

async function ownDescriptor(name: string): Promise<string> {
  return await readlink(`/proc/self/fd/${name}`).catch(() => "");
}

describe("an nginx that dies", () => {
  test("with all its processes is restarted", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    process.kill(-pid, "SIGKILL");
    await nginx.until(() => nginx.pid !== pid && nginx.status === "healthy", "restarted");
    assert.equal(await fetchPage(site), "one");
    const tests = nginx.events.filter(({ type }) => type === "configuration-tested");
    assert.deepEqual(tests.at(-1), { ...tests.at(-1), output: "" }, "nothing changed: no new test");
  });

  test("without its workers is restarted: they let go of the port", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    process.kill(pid, "SIGKILL");
    await nginx.until(() => nginx.pid !== pid && nginx.status === "healthy", "restarted");
    assert.equal(await fetchPage(site), "one");
    assert.ok(!nginx.state.lines.some((line) => line.includes("bind()")), "no fight for the port");
    await untilWorkersOf(pid, 0, nginx);
  });

  test("without its workers lets them finish what they were doing", async () => {
    const nginx = await supervise({ stopTimeout: milliseconds(10_000) });
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    const response = await fetch(`http://127.0.0.1:${site.port}/slow`);
    process.kill(pid, "SIGKILL");
    await nginx.until(() => nginx.pid !== pid && nginx.status === "healthy", "restarted");
    await untilWorkersOf(pid, 1, nginx); // the one with the connection
    assert.equal((await response.text()).length, slowBytes);
  });

  test("without workers that are stuck is restarted: they are killed", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    for (const worker of await workersOf(pid)) process.kill(worker, "SIGSTOP");
    process.kill(pid, "SIGKILL");
    await nginx.until(() => nginx.pid !== pid && nginx.status === "healthy", "restarted");
    await untilWorkersOf(pid, 0, nginx);
  });

  test("with on_exit: failover waits for the operator", async () => {
    const nginx = await supervise({ onExit: "failover" });
    await nginx.untilStatus("healthy");
    process.kill(nginx.pid, "SIGKILL");
    await nginx.untilStatus("failed");
    const isRetired = () => nginx.events.some(({ type }) => type === "workers-retired");
    await nginx.until(isRetired, "rid of its workers");
    assert.equal(nginx.status, "failed");
    assert.equal(await fetchPage(site), undefined);
    assert.equal((await nginx.operate("start")).ok, true);
    assert.equal(await fetchPage(site), "one");
  });

  test("again and again cannot be kept up", async () => {
    const nginx = await supervise({ restartAttempts: 2 });
    for (let exit = 0; exit < 3; exit += 1) {
      await nginx.untilStatus("healthy");
      process.kill(-nginx.pid, "SIGKILL");
      await nginx.until(() => nginx.status !== "healthy", "noticed");
    }
    await nginx.untilStatus("failed");
    assert.match(
      nginx.state.health.reason,
      /3 times within 10 s, last: nginx was killed by SIGKILL/,
    );
    await nginx.untilStatus("healthy");
  });
});

describe("an nginx that does not answer", () => {
  test("is noticed by the probe, killed and restarted", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    process.kill(-pid, "SIGSTOP");
    await nginx.untilStatus("failed");
    assert.match(
      nginx.state.health.reason,
      /^nginx does not answer: http:.*no answer within 100 ms/,
    );
    await nginx.until(() => nginx.pid !== pid && nginx.status === "healthy", "restarted");
    await untilWorkersOf(pid, 0, nginx);
  });
});

describe("a bad configuration", () => {
  test("is a fault that names file and line, until it is mended", async () => {
    site = await makeSite();
    await writeConfig(site, "one", "worker_procesess 1;");
    const nginx = await open();
    await nginx.untilStatus("failed");
    const expected = `nginx -t: unknown directive "worker_procesess" in ${site.settings.config}:6;`;
    assert.ok(nginx.state.health.reason.startsWith(expected), nginx.state.health.reason);
    await writeConfig(site, "one");
    await nginx.untilStatus("healthy");
  });

  test("explains a daemon directive, which gatepair sets itself", async () => {
    site = await makeSite();
    await writeConfig(site, "one", "daemon off;");
    const nginx = await open();
    await nginx.untilStatus("failed");
    assert.match(nginx.state.health.reason, /remove it: gatepair itself starts nginx/);
  });

  test("that came after the start is found before a restart", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    await writeConfig(site, "one", "nonsense;");
    process.kill(-nginx.pid, "SIGKILL");
    await nginx.untilStatus("failed");
    assert.match(nginx.state.health.reason, /^nginx -t: unknown directive "nonsense"/);
  });

  test("says that there is no such program", async () => {
    const nginx = await supervise({ binary: "/nonexistent/nginx" });
    await nginx.untilStatus("failed");
    assert.match(nginx.state.health.reason, /spawn \/nonexistent\/nginx ENOENT/);
  });
});

async function servesOnly(page: string): Promise<boolean> {
  for (let count = 0; count < 5; count++) if ((await fetchPage(site)) !== page) return false;
  return true;
}

describe("the operator", () => {
  test("stops and starts nginx", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    assert.equal((await nginx.operate("stop")).message, "nginx is stopped");
    assert.equal(nginx.status, "stopped-by-operator");
    assert.deepEqual(await listSession(pid), []);
    assert.equal((await nginx.operate("start")).ok, true);
    assert.equal(await fetchPage(site), "one");
  });

  test("restarts nginx, and reloads its configuration", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const { pid } = nginx;
    await writeConfig(site, "two");
    assert.equal((await nginx.operate("reload")).ok, true);
    // The old workers may take a connection still: they are told to end after the new ones began.
    await nginx.until(() => servesOnly("two"), "serving the new page alone", 2000);
    assert.equal(nginx.pid, pid);
    await writeConfig(site, "three");
    assert.equal((await nginx.operate("restart")).ok, true);
    assert.equal(await fetchPage(site), "three");
    assert.notEqual(nginx.pid, pid);
  });

  test("is refused a reload of a bad configuration, and nginx goes on", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    await writeConfig(site, "two", "nonsense;");
    const answer = await nginx.operate("reload");
    assert.equal(answer.ok, false);
    assert.match(answer.message, /unknown directive "nonsense" in .*nginx.conf:6$/);
    assert.equal(await fetchPage(site), "one");
    assert.equal(nginx.status, "healthy");
  });

  test("hears it when nginx cannot take the new configuration", async () => {
    const nginx = await supervise();
    await nginx.untilStatus("healthy");
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const { port } = squatter.address() as { port: number };
    const server = `server { listen 127.0.0.1:${port}; }`;
    const text = await readFile(site.settings.config, "utf8");
    await writeFile(site.settings.config, text.replace("server {", `${server} server {`));
    const answer = await nginx.operate("reload");
    squatter.close();
    assert.equal(answer.ok, false);
    assert.match(answer.message, /bind\(\) to .* failed/);
    assert.equal(await fetchPage(site), "one");
  });
});

describe("a port that another process holds", () => {
  test("is a fault that names the process", async () => {
    site = await makeSite();
    const squatter = createServer((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\n"));
    squatter.listen(site.port, "127.0.0.1");
    await once(squatter, "listening");
    const nginx = await open();
    await nginx.untilStatus("failed");
    const { reason } = nginx.state.health;
    squatter.close();
    const expected = `port ${site.port} is taken by another process: PID ${process.pid} `;
    assert.ok(reason.startsWith(expected), reason);
    await nginx.untilStatus("healthy", 8000);
  });
});

describe("a daemon that was killed", () => {
  test("leaves nginx serving, and the next one adopts it", async () => {
    site = await makeSite();
    const first = fork(new URL("nginx-victim.ts", import.meta.url), [JSON.stringify(site)]);
    const [pid] = (await once(first, "message")) as [number];
    first.kill("SIGKILL");
    await once(first, "exit");
    assert.equal(await fetchPage(site), "one");
    const second = await open();
    await second.untilStatus("healthy");
    assert.equal(second.pid, pid);
    assert.ok(!second.events.some(({ type }) => type === "started"));
    process.kill(-pid, "SIGKILL");
    await second.until(() => second.pid !== pid && second.status === "healthy", "restarted");
  });

  test("may find only workers left, and replaces them", async () => {
    const first = await supervise();
    await first.untilStatus("healthy");
    const { pid } = first;
    await first.untilRecorded();
    await abandon(first);
    process.kill(pid, "SIGKILL");
    const second = await open();
    await second.untilStatus("healthy");
    await untilWorkersOf(pid, 0, second);
    assert.equal(await fetchPage(site), "one");
  });

  test("does not adopt what only has the number of its nginx", async () => {
    site = await makeSite();
    const record = { pid: process.pid, start_time: 1, executable: "/usr/sbin/nginx", config: "x" };
    await writeFile(join(site.directory, "nginx.json"), JSON.stringify({ master: record }));
    const nginx = await open();
    await nginx.untilStatus("healthy");
    assert.notEqual(nginx.pid, process.pid);
    assert.match(await readCommandLine(nginx.pid), /^nginx: master process/);
  });

  test("remembers that the operator stopped nginx", async () => {
    const first = await supervise();
    await first.untilStatus("healthy");
    await first.operate("stop");
    await abandon(first);
    const second = await open();
    await second.untilStatus("stopped-by-operator");
  });
});

test("an ordered stop ends nginx", async () => {
  const nginx = await supervise();
  await nginx.untilStatus("healthy");
  const { pid } = nginx;
  await nginx.end();
  assert.deepEqual(await listSession(pid), []);
  assert.equal(await fetchPage(site), undefined);
});
