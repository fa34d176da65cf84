import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seconds } from "#base/time.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import type { OperatorCommand } from "#nginx/events.ts";
import type { NginxSettings } from "#nginx/settings.ts";
import type { TrackEffect } from "#tracking/effective-priority.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { SimulatedNginx } from "../support/simulated-nginx.ts";

const nginxSettings: NginxSettings = {
  config: "/etc/nginx/nginx.conf",
  binary: "/usr/sbin/nginx",
  runOn: "always",
  onExit: "restart",
  probe: undefined,
  restartAttempts: 3,
  restartWindow: seconds(60),
  retryHold: seconds(30),
  stopTimeout: seconds(10),
  startLimit: seconds(10),
};

function settingsWith(
  nginx: Partial<NginxSettings> = {},
  trackNginx: TrackEffect = { type: "fault" },
): EngineSettings {
  const routers = [{ ...routerSettings, trackNginx }];
  return { ...engineSettings, routers, nginx: { ...nginxSettings, ...nginx } };
}

/** A host with an nginx; `pass` keeps both going. */
function hostWith(settings: EngineSettings) {
  const host = new SimulatedHost(settings).start();
  const nginx = new SimulatedNginx(host).work();
  const pass = (span: number) => {
    for (let left = span; left > 0; left -= 100) {
      host.pass(Math.min(100, left));
      nginx.work();
    }
  };
  const operate = (operation: OperatorCommand) => {
    const answers: string[] = [];
    host.engine.execute({ name: "nginx", operation }, ({ ok, message }) => {
      answers.push(`${ok ? "ok" : "failed"}: ${message}`);
    });
    nginx.work();
    return answers;
  };
  return { host, nginx, pass, operate };
}

function activeHostWith(settings: EngineSettings) {
  const simulated = hostWith(settings);
  simulated.pass(3700);
  assert.equal(simulated.host.role, "active");
  return simulated;
}

function mailed(host: SimulatedHost, word: string): number {
  return host.mails.filter(({ subject }) => subject.includes(word)).length;
}

describe("nginx that is tracked", () => {
  test("is waited for before the first role is taken, and the status says so", () => {
    const host = new SimulatedHost(settingsWith()).start();
    const facts = { version: "1", pid: 1, startedAt: host.engine.ports.clock.now() };
    const waitingFor = () => takeSnapshot(host.engine, facts).virtual_routers[0]?.waiting_for;
    host.pass(5000);
    assert.equal(host.role, "initialize");
    assert.equal(waitingFor(), "nginx is being looked for");
    const nginx = new SimulatedNginx(host).work();
    assert.equal(host.role, "backup");
    assert.equal(waitingFor(), null);
    host.pass(3700);
    nginx.exit();
    assert.equal(host.role, "active");
    assert.equal(waitingFor(), null, "an Active Router waits for nothing");
  });

  test("keeps the role when it exits and is restarted at once", () => {
    const { host, nginx } = activeHostWith(settingsWith());
    const advertised = host.sent.length;
    nginx.exit();
    assert.equal(nginx.starts, 2);
    assert.equal(host.role, "active");
    assert.equal(host.sent.length, advertised, "nothing was said about it");
    assert.deepEqual(host.conditions, []);
  });

  test("gives up the role with priority 0 when it cannot be kept up, and comes back after the hold", () => {
    const { host, nginx, pass } = activeHostWith(settingsWith());
    for (let count = 0; count < 4; count++) {
      nginx.exit();
      if (host.role === "active") pass(500);
    }
    assert.equal(host.role, "fault");
    assert.match(
      host.reason,
      /nginx exited 4 times within 60 s, last: nginx was killed by SIGKILL/,
    );
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.leases.size, 0);
    assert.deepEqual(host.conditions, ["nginx-failed"]);
    assert.equal(mailed(host, "nginx-failed"), 1);
    pass(30_000 + 3700);
    assert.equal(host.role, "active");
    assert.deepEqual(host.conditions, []);
  });

  test("with on_exit failover gives up at once and waits for the operator's start", () => {
    const { host, nginx, pass, operate } = activeHostWith(settingsWith({ onExit: "failover" }));
    nginx.exit();
    assert.equal(host.role, "fault");
    assert.equal(host.sent.at(-1)?.priority, 0);
    pass(120_000);
    assert.equal(host.role, "fault");
    assert.equal(nginx.starts, 1);
    assert.deepEqual(operate("start"), ["ok: nginx runs (PID 101)"]);
    assert.equal(host.role, "backup");
    pass(3700);
    assert.equal(host.role, "active");
  });

  test("that the operator stops is a reason to fail over, and is shown as such", () => {
    const { host, pass, operate } = activeHostWith(settingsWith());
    assert.deepEqual(operate("stop"), ["ok: nginx is stopped"]);
    assert.equal(host.role, "fault");
    assert.match(host.reason, /nginx was stopped by the operator/);
    assert.deepEqual(host.conditions, ["nginx-stopped-by-operator"]);
    pass(60_000);
    assert.equal(host.role, "fault");
    operate("start");
    assert.equal(host.role, "backup");
    assert.deepEqual(host.conditions, []);
  });

  test("may lower the priority only", () => {
    const settings = settingsWith({ onExit: "failover" }, { type: "lower-priority", by: 3 });
    const { host, nginx, pass } = activeHostWith(settings);
    nginx.exit();
    assert.equal(host.role, "active");
    pass(1000);
    assert.equal(host.sent.at(-1)?.priority, 97);
  });

  test("tells the newest reason when it goes on failing in another way, without another mail", () => {
    const { host, nginx, pass } = activeHostWith(settingsWith());
    const detail = () => host.engine.reporter.conditions[0]?.detail ?? "";
    for (let count = 0; count < 4; count++) {
      nginx.exit();
      if (host.role === "active") pass(500);
    }
    assert.match(detail(), /nginx exited 4 times/);
    nginx.configurationIsGood = false;
    pass(31_000);
    assert.match(detail(), /unknown directive/);
    assert.equal(mailed(host, "nginx-failed"), 1);
  });
});

describe("nginx with run_on: active", () => {
  const settings = settingsWith({ runOn: "active" });

  test("does not run on a Backup, which is healthy, and is started and stopped with the role", () => {
    const { host, nginx, pass } = hostWith(settings);
    assert.equal(host.role, "backup");
    assert.equal(nginx.pid, undefined);
    assert.deepEqual(host.conditions, []);
    pass(3700);
    assert.equal(host.role, "active");
    assert.equal(nginx.pid, 100);
    host.hear({ priority: 200 });
    nginx.work();
    assert.equal(host.role, "backup");
    assert.equal(nginx.pid, undefined);
    assert.deepEqual(host.conditions, []);
  });

  test("that cannot be started is a fault, tried again after the hold", () => {
    const { host, nginx, pass } = hostWith(settings);
    nginx.configurationIsGood = false;
    pass(3700);
    assert.equal(host.role, "fault");
    assert.match(host.reason, /nginx -t: .*unknown directive; tried again in 30 s/);
    assert.equal(host.sent.at(-1)?.priority, 0);
    pass(29_000);
    assert.equal(host.role, "fault");
    nginx.configurationIsGood = true;
    pass(1000);
    assert.equal(host.role, "backup");
    pass(3700);
    assert.equal(host.role, "active");
    assert.notEqual(nginx.pid, undefined);
  });
});

describe("an ordered stop", () => {
  test("hands over first, then ends nginx, then is done; nothing of it is an alarm", async () => {
    const { host, nginx } = activeHostWith(settingsWith());
    let ended = false;
    const stopped = host.engine.untilStopped().then(() => (ended = true));
    host.engine.post({ type: "stop", text: "asked to" });
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.leases.size, 0);
    await new Promise(setImmediate);
    assert.equal(ended, false, "nginx still runs");
    nginx.work();
    await stopped;
    assert.equal(nginx.pid, undefined);
    assert.deepEqual(host.conditions, []);
    assert.equal(mailed(host, "nginx"), 0);
  });

  test("is not disturbed by an nginx that exits by itself meanwhile", async () => {
    const { host, nginx } = activeHostWith(settingsWith({ onExit: "failover" }));
    const stopped = host.engine.untilStopped();
    host.engine.post({ type: "stop", text: "asked to" });
    nginx.exit();
    await stopped;
    assert.equal(nginx.starts, 1);
    assert.equal(host.role, "initialize");
    assert.deepEqual(host.conditions, []);
  });

  test("is not undone by what is tracked, by packets or by operators", () => {
    const { host, operate } = activeHostWith(settingsWith());
    host.engine.post({ type: "stop", text: "asked to" });
    const advertised = host.sent.length;
    host.changeLink("eth0", { carrier: false }).changeLink("eth0", { carrier: true });
    host.hear({ priority: 1 }).pass(60_000);
    assert.deepEqual(operate("start"), ["failed: gatepair is being stopped"]);
    assert.equal(host.role, "initialize");
    assert.equal(host.sent.length, advertised);
  });
});
