import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seconds } from "#base/time.ts";
import type { EngineSettings } from "#engine/settings.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { SimulatedNginx } from "../support/simulated-nginx.ts";

const settings: EngineSettings = {
  ...engineSettings,
  routers: [{ ...routerSettings, trackNginx: { type: "fault" } }],
  nginx: {
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
  },
};

const restart = { type: "stop", text: "restarted", leaveNginx: true } as const;

describe("a restart of the daemon", () => {
  test("hands over and leaves an nginx that serves", async () => {
    const host = new SimulatedHost(settings).start();
    const nginx = new SimulatedNginx(host).work();
    host.pass(3700);
    assert.equal(host.role, "active");
    const stopped = host.engine.untilStopped();
    host.engine.post(restart);
    await stopped;
    nginx.work();
    assert.equal(nginx.pid, 100);
    assert.equal(host.sent.at(-1)?.priority, 0);
    assert.equal(host.leases.size, 0);
    assert.deepEqual(host.conditions, []);
  });

  test("answers an operator who still waits for nginx", () => {
    const host = new SimulatedHost(settings).start();
    new SimulatedNginx(host).work();
    const answers: string[] = [];
    const reload = { name: "nginx", operation: "reload" } as const;
    host.engine.execute(reload, ({ message }) => answers.push(message));
    host.engine.post(restart);
    assert.deepEqual(answers, ["gatepair is being restarted"]);
  });

  test("ends an nginx that does not serve yet", async () => {
    const host = new SimulatedHost(settings).start();
    const stopped = host.engine.untilStopped();
    host.engine.post(restart);
    const nginx = new SimulatedNginx(host).work();
    await stopped;
    assert.equal(nginx.pid, undefined);
  });
});
