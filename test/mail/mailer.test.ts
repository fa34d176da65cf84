import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { HealthFigures } from "#alerts/health-thresholds.ts";
import { milliseconds, seconds } from "#base/time.ts";
import { BackgroundThread, type ThreadFailure } from "#mail/background-thread.ts";
import { HealthMonitor } from "#mail/health-monitor.ts";
import { Mailer } from "#mail/mailer.ts";
import type { SmtpSettings } from "#mail/smtp-settings.ts";
import { startBackground } from "#mail/start-background.ts";
import { startSmtpServer, type SmtpServer } from "../support/smtp-server.ts";

const password = "correct horse battery";
const auth = { username: "gatepair", password };
const url = new URL("../../src/mail/background.ts", import.meta.url);
const mailText = {
  at: "2026-11-22T12:00:00.000Z",
  subject: "[gatepair gw1] web: Backup -> Active: no advertisement from 10.0.0.2 for 3.61 s",
  text: "Virtual router web went from Backup to Active.\n",
};

let directory = "";
let cleanUp: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-mail-"));
  cleanUp = [];
});

afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  await rm(directory, { recursive: true });
});

interface Sender {
  readonly mailer: Mailer;
  readonly problems: string[];
  readonly failures: ThreadFailure[];
  readonly figures: HealthFigures[];
  close(): Promise<void>;
}

/** What a daemon has: one background thread with a mailer. */
function startSender(settings: SmtpSettings, spoolDirectory = join(directory, "spool")): Sender {
  const problems: string[] = [];
  const failures: ThreadFailure[] = [];
  const figures: HealthFigures[] = [];
  const thread = new BackgroundThread({
    start: () => startBackground({ kind: "file", url }, { spoolDirectory }),
    onFailure: (failure) => failures.push(failure),
  });
  const onProblem = (text: string) => problems.push(text);
  const mailer = new Mailer({ thread, settings, onStatus: () => {}, onProblem });
  const watch = { interval: seconds(1), diskPaths: [directory, "/absent"] };
  const onFigures = (latest: HealthFigures) => figures.push(latest);
  const health = new HealthMonitor({ thread, settings: watch, onFigures });
  thread.start();
  const close = () => {
    health.reconfigure(undefined);
    return thread.close({ deadline: seconds(2) });
  };
  cleanUp.push(close);
  return { mailer, problems, failures, figures, close };
}

/** Give it a port below 32768: from there on the kernel gives them to clients (ip(7)). */
async function startServer(port: number, tls: SmtpSettings["tls"] = "starttls") {
  const server = await startSmtpServer({
    directory: join(directory, "server"),
    port,
    tls,
    ...(tls === "none" ? {} : { auth }),
  });
  cleanUp.push(() => server.stop());
  return server;
}

function settingsFor(port: number, changes: Partial<SmtpSettings> = {}): SmtpSettings {
  return {
    server: "127.0.0.1",
    port,
    tls: "starttls",
    caFile: join(directory, "server", "ca.crt"),
    ...auth,
    from: "gw@example.net",
    to: ["root@localhost"],
    connectTimeout: seconds(3),
    ...changes,
  };
}

async function waitFor<Value>(what: string, read: () => Promise<Value | false> | Value | false) {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const value = await read();
    if (value !== false) return value;
    await delay(20);
  }
  throw new Error(`no ${what} within 20 s`);
}

function waitForMails(server: SmtpServer, count: number): Promise<string[]> {
  return waitFor(`${count} mails`, async () => {
    const mails = await server.mails();
    return mails.length >= count && mails;
  });
}

describe("mail to a real server", { concurrency: false }, () => {
  for (const [index, tls] of (["starttls", "implicit", "none"] as const).entries()) {
    test(`arrives with ${tls}`, async () => {
      const server = await startServer(22_025 + index, tls);
      const login = tls === "none" ? { username: undefined } : {};
      const { mailer } = startSender(settingsFor(server.port, { tls, ...login }));
      mailer.send(mailText);
      const [mail] = await waitForMails(server, 1);
      assert.match(mail ?? "", /^Subject: \[gatepair gw1\] web: Backup -> Active: /m);
      assert.match(mail ?? "", /^Date: Sun, 22 Nov 2026 12:00:00 \+0000/m);
      assert.match(mail ?? "", /^Auto-Submitted: auto-generated/m);
      assert.match(mail ?? "", /^Message-ID: <[0-9a-f-]{36}@example\.net>/m);
      assert.equal(/ESMTPSA/.test(mail ?? ""), tls !== "none");
    });
  }

  test("waits while the server is down, also across a restart of the daemon", async () => {
    const port = 22_030;
    const server = await startServer(port);
    await server.stop();
    const first = startSender(settingsFor(port));
    first.mailer.send(mailText);
    const error = await waitFor("error", () => first.mailer.status().lastError ?? false);
    assert.match(error.text, /ECONNREFUSED/);
    assert.equal(first.mailer.status().queued, 1);
    assert.equal(first.mailer.status().oldest, mailText.at);
    await first.close();

    const back = await startServer(port);
    const second = startSender(settingsFor(port));
    assert.equal((await waitForMails(back, 1)).length, 1);
    await waitFor("empty queue", () => second.mailer.status().queued === 0);
    assert.deepEqual(await readdir(join(directory, "spool")), []);
  });

  test("waits while the server is down and leaves after it is back, without a restart", async () => {
    const port = 22_031;
    const server = await startServer(port);
    await server.stop();
    const { mailer } = startSender(settingsFor(port));
    mailer.send(mailText);
    await waitFor("error", () => mailer.status().lastError ?? false);
    await waitForMails(await startServer(port), 1);
  });

  test("a wrong password is reported without the password, and the mail is kept", async () => {
    const server = await startServer(22_032);
    const { mailer } = startSender(settingsFor(server.port, { password: "wr0ng-secret" }));
    mailer.send(mailText);
    const error = await waitFor("error", () => mailer.status().lastError ?? false);
    assert.match(error.text, /535/);
    assert.equal(mailer.status().queued, 1);
    const result = await mailer.test({ ...mailText, subject: "test" });
    assert.equal(result.ok, false);
    assert.match(result.answers.join("\n"), /^535 /m);
    assert.doesNotMatch(JSON.stringify([result, mailer.status()]), /wr0ng|d3Iwbmct/);
    mailer.reconfigure(settingsFor(server.port));
    await waitForMails(server, 1);
  });

  test("a server with an unknown certificate gets nothing", async () => {
    const server = await startServer(22_033);
    const { mailer } = startSender(settingsFor(server.port, { caFile: undefined }));
    const result = await mailer.test(mailText);
    assert.equal(result.ok, false);
    assert.match(result.message, /certificate.*ca_file/);
    assert.deepEqual(await server.mails(), []);
  });

  test("a server without STARTTLS gets no password", async () => {
    const server = await startServer(22_034, "none");
    const { mailer } = startSender(settingsFor(server.port));
    const result = await mailer.test(mailText);
    assert.equal(result.ok, false);
    assert.match(result.message, /STARTTLS/);
  });

  test("mail test says what the server answered", async () => {
    const server = await startServer(22_035);
    const { mailer } = startSender(settingsFor(server.port));
    const result = await mailer.test(mailText);
    assert.equal(result.ok, true);
    assert.match(result.message, /^250 .*accepted/);
    assert.match(result.answers[0] ?? "", /^220 /);
    await waitForMails(server, 1);
  });
});

describe("the background thread", () => {
  test("reports the machine's figures; what cannot be read is unknown", async () => {
    const { figures } = startSender(settingsFor(1));
    const latest = await waitFor("figures", () => figures[0] ?? false);
    assert.ok((latest.disks[0]?.usedPercent ?? -1) >= 0);
    assert.deepEqual(latest.disks[1], { path: "/absent", usedPercent: undefined });
    assert.ok((latest.memoryUsedPercent ?? 0) > 0);
    assert.ok((latest.loadPerCpu ?? -1) >= 0);
  });

  test("a spool that cannot be written is reported and does not stop the mail", async () => {
    const server = await startServer(22_036, "none");
    const settings = settingsFor(server.port, { tls: "none", username: undefined });
    const { mailer, problems } = startSender(settings, "/proc/gatepair-spool");
    mailer.send(mailText);
    await waitForMails(server, 1);
    assert.match(problems.join("\n"), /the mail spool: .*\/proc\/gatepair-spool/);
  });

  test("is started anew when it dies, and loses no mail", async () => {
    const failures: ThreadFailure[] = [];
    const code = "require('node:worker_threads').parentPort.once('message', () => process.exit(3))";
    let starts = 0;
    const thread = new BackgroundThread({
      start: () => {
        starts += 1;
        const data = { spoolDirectory: join(directory, "spool") };
        if (starts === 1) return startBackground({ kind: "source", code }, data);
        return startBackground({ kind: "file", url }, data);
      },
      onFailure: (failure) => failures.push(failure),
      restarts: { pauses: [milliseconds(10)], jitter: 0, giveUpAfter: seconds(1) },
    });
    const settings = settingsFor(1);
    const mailer = new Mailer({ thread, settings, onStatus: () => {}, onProblem: () => {} });
    thread.start();
    cleanUp.push(() => thread.close({ deadline: seconds(2) }));
    mailer.send(mailText);
    await waitFor("spooled mail", () =>
      readdir(join(directory, "spool"))
        .then((l) => l.length === 1)
        .catch(() => false),
    );
    assert.deepEqual(failures, [{ reason: "it ended by itself", restartIn: 10 }]);
  });

  test("is ended and started anew when it is stuck, and never blocks its caller", async () => {
    const failures: ThreadFailure[] = [];
    const thread = new BackgroundThread({
      start: () => startBackground({ kind: "source", code: "for (;;);" }, { spoolDirectory: "" }),
      onFailure: (failure) => failures.push(failure),
      pingInterval: milliseconds(20),
    });
    const mailer = new Mailer({
      thread,
      settings: settingsFor(1),
      onStatus: () => {},
      onProblem: () => {},
    });
    thread.start();
    cleanUp.push(() => thread.close({ deadline: milliseconds(10) }));
    for (let count = 0; count < 150; count += 1) mailer.send(mailText);
    assert.equal(mailer.status().queued, 100);
    assert.equal(mailer.status().dropped, 50);
    await waitFor("failure", () => failures.length > 0);
    assert.equal(failures[0]?.reason, "it was stuck");
  });
});
