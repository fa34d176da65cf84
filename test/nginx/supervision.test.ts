import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaults, Driver, probe } from "./driver.ts";

describe("starting nginx", () => {
  test("looks for what an earlier run left, tests the configuration, then spawns", () => {
    const nginx = new Driver();
    assert.deepEqual(nginx.send({ type: "begin", active: false }), [{ type: "find" }]);
    nginx.send({
      type: "found",
      running: undefined,
      deadMaster: undefined,
      operatorStopped: false,
    });
    assert.deepEqual(nginx.types(), ["test-configuration"]);
    nginx.test();
    assert.deepEqual(nginx.types(), ["spawn"]);
    nginx.started();
    assert.equal(nginx.status, "starting");
    nginx.workers();
    assert.equal(nginx.status, "healthy");
    assert.equal(nginx.state.health.pid, nginx.pid);
  });

  test("is a fault with the file and line when the configuration is bad, and tried again", () => {
    const nginx = new Driver().begin();
    nginx.test(
      false,
      '2026/11/22 12:00:00 [emerg] 7#7: unknown directive "x" in /etc/nginx/a.conf:3\nnginx: test failed',
    );
    assert.equal(nginx.status, "failed");
    assert.equal(
      nginx.reason,
      'nginx -t: unknown directive "x" in /etc/nginx/a.conf:3; tried again in 30 s',
    );
    assert.equal(nginx.timer("hold"), 30_000);
    nginx.fire("hold");
    assert.deepEqual(nginx.types(), ["test-configuration"]);
    nginx.test();
    nginx.started();
    assert.equal(nginx.status, "failed", "until it really runs");
    nginx.workers();
    assert.equal(nginx.status, "healthy");
  });

  test("that fails is a fault, with nginx's own words", () => {
    const nginx = new Driver().begin();
    nginx.test();
    nginx.started();
    nginx.say("emerg", "open() /x failed (2: No such file or directory)");
    nginx.exit(1);
    assert.equal(
      nginx.reason,
      "nginx exited with code 1: open() /x failed (2: No such file or directory); tried again in 30 s",
    );
  });

  test("names the process that holds the port, before nginx gives up itself", () => {
    const nginx = new Driver({ probe }).begin();
    nginx.test();
    nginx.started();
    nginx.probed(true);
    assert.equal(nginx.status, "starting", "the answer comes from somebody else");
    nginx.say("emerg", "bind() to 0.0.0.0:80 failed (98: Address already in use)");
    assert.deepEqual(nginx.actions, [
      { type: "find-port-holder", pid: nginx.pid, address: "0.0.0.0:80" },
    ]);
    nginx.send({
      type: "port-holder",
      pid: nginx.pid,
      address: "0.0.0.0:80",
      holder: { pid: 123, executable: "/usr/sbin/nginx" },
    });
    const reason = "port 80 is taken by another process: PID 123 /usr/sbin/nginx (not ours)";
    assert.equal(nginx.reason, reason);
    assert.equal(nginx.status, "failed");
    nginx.exit(1);
    assert.equal(nginx.reason, `nginx exited with code 1: ${reason}; tried again in 30 s`);
  });

  test("that cannot spawn is a fault", () => {
    const nginx = new Driver().begin();
    nginx.test();
    nginx.send({ type: "spawn-failed", message: "spawn /usr/sbin/nginx ENOENT" });
    assert.match(
      nginx.reason,
      /^nginx could not be started: spawn .* ENOENT; tried again in 30 s$/,
    );
  });

  test("has a limit: without an answer by then it is silent", () => {
    const nginx = new Driver({ probe }).begin();
    nginx.test();
    nginx.started();
    nginx.workers();
    nginx.probed(false);
    nginx.wait(10_000).fire("start-limit");
    assert.equal(nginx.status, "failed");
    assert.equal(nginx.signal(), "SIGTERM");
    nginx.exit(0);
    assert.match(nginx.reason, /^nginx does not answer: .*; tried again in 30 s$/);
  });
});

describe("an exit with on_exit: restart", () => {
  test("is answered by a restart at once, and is no fault", () => {
    const nginx = new Driver().healthy();
    nginx.exit(undefined, "SIGKILL");
    assert.deepEqual(nginx.types(), ["retire-workers", "test-configuration"]);
    assert.equal(nginx.status, "starting");
    assert.equal(nginx.reason, "nginx was killed by SIGKILL; it is being restarted");
    nginx.test();
    assert.deepEqual(nginx.types(), [], "the workers still hold the ports");
    nginx.retired();
    assert.deepEqual(nginx.types(), ["spawn"]);
  });

  test("backs off, doubling, and then it cannot be kept up", () => {
    const nginx = new Driver().healthy();
    const waits: (number | undefined)[] = [];
    for (let exit = 0; exit < 4; exit += 1) {
      nginx.exit(undefined, "SIGSEGV");
      waits.push(nginx.timer("restart"));
      if (nginx.status === "failed") break;
      nginx.retired();
      if (nginx.state.phase.name === "backing-off") nginx.fire("restart");
      nginx.test();
      nginx.started();
      nginx.workers();
    }
    assert.deepEqual(waits, [undefined, 100, 200, undefined]);
    assert.equal(
      nginx.reason,
      "nginx exited 4 times within 60 s, last: nginx was killed by SIGSEGV; tried again in 30 s",
    );
    assert.equal(nginx.state.health.since, nginx.now);
    nginx.retired();
    nginx.fire("hold");
    assert.deepEqual(nginx.types(), ["test-configuration"]);
  });

  test("counts only within the window", () => {
    const nginx = new Driver().healthy();
    for (let exit = 0; exit < 10; exit += 1) {
      nginx.wait(defaults.restartWindow).exit(undefined, "SIGKILL");
      nginx.retired();
      nginx.test();
      nginx.started();
      nginx.workers();
      assert.equal(nginx.status, "healthy");
    }
  });
});

describe("an exit with on_exit: failover", () => {
  test("is a fault that waits for the operator, on a Backup too", () => {
    const nginx = new Driver({ onExit: "failover", runOn: "active" }).healthy();
    nginx.exit(0);
    const reason = "nginx exited with code 0; it waits for the operator's start";
    assert.equal(nginx.reason, reason);
    assert.equal(nginx.state.timers.hold, 0);
    nginx.retired();
    nginx.send({ type: "role-changed", active: false });
    assert.equal(nginx.reason, reason);
    nginx.operate("start");
    assert.equal(nginx.answer()?.message, "nginx will be started when this host becomes Active");
    assert.equal(nginx.status, "not-needed");
    nginx.send({ type: "role-changed", active: true });
    assert.deepEqual(nginx.types(), ["test-configuration"]);
  });

  test("ends with the operator's start once nginx runs, not before", () => {
    const nginx = new Driver({ onExit: "failover" }).healthy();
    nginx.exit(undefined, "SIGTERM");
    nginx.retired();
    nginx.operate("start", 7);
    nginx.test();
    nginx.started();
    assert.equal(nginx.status, "failed");
    nginx.workers();
    assert.equal(nginx.status, "healthy");
    assert.deepEqual(nginx.answer(), {
      type: "operator-answer",
      id: 7,
      ok: true,
      message: `nginx runs (PID ${nginx.pid})`,
    });
  });
});

describe("run_on: active", () => {
  test("does not run on a Backup, which is healthy", () => {
    const nginx = new Driver({ runOn: "active" }).begin(false);
    assert.equal(nginx.status, "not-needed");
    assert.deepEqual(nginx.types(), []);
  });

  test("starts and stops with the role", () => {
    const nginx = new Driver({ runOn: "active" }).begin(false);
    nginx.send({ type: "role-changed", active: true });
    assert.equal(nginx.status, "starting");
    nginx.test();
    nginx.started();
    nginx.workers();
    nginx.send({ type: "role-changed", active: false });
    assert.equal(nginx.status, "not-needed");
    assert.equal(nginx.signal(), "SIGQUIT");
    assert.equal(nginx.timer("stop"), 8000);
    nginx.fire("stop");
    assert.equal(nginx.signal(), "SIGTERM");
    assert.equal(Math.round(nginx.timer("stop") ?? 0), 2000);
    nginx.fire("stop");
    assert.equal(nginx.signal(), "SIGKILL");
    nginx.exit(undefined, "SIGKILL");
    assert.deepEqual(nginx.types(), ["retire-workers"]);
    assert.equal(nginx.status, "not-needed");
  });

  test("does not wait for connections when the role comes back meanwhile", () => {
    const nginx = new Driver({ runOn: "active" }).healthy();
    nginx.send({ type: "role-changed", active: false });
    nginx.send({ type: "role-changed", active: true });
    assert.equal(nginx.signal(), "SIGTERM");
    nginx.exit(0);
    assert.deepEqual(nginx.types().at(-1), "test-configuration");
    assert.equal(nginx.state.exits.length, 0);
  });

  test("a failed start stays a fault on the Backup until a good test after the hold", () => {
    const nginx = new Driver({ runOn: "active" }).begin(true);
    nginx.test(false, "bad");
    nginx.send({ type: "role-changed", active: false });
    assert.equal(nginx.status, "failed");
    nginx.fire("hold");
    nginx.test(false, "bad");
    assert.equal(nginx.status, "failed");
    nginx.fire("hold");
    nginx.test(true);
    assert.equal(nginx.status, "not-needed");
    assert.deepEqual(nginx.types(), []);
  });
});

describe("the probe", () => {
  test("asks fast until the first answer, then at its interval, never twice at a time", () => {
    const nginx = new Driver({ probe }).begin();
    nginx.test();
    nginx.started();
    assert.ok(nginx.types().includes("probe"));
    nginx.workers();
    assert.ok(!nginx.types().includes("probe"));
    nginx.probed(false);
    assert.equal(nginx.timer("probe"), 10);
    nginx.wait(1500).fire("probe");
    nginx.probed(false);
    assert.equal(nginx.timer("probe"), 100);
    nginx.fire("probe");
    nginx.probed(true);
    assert.equal(nginx.status, "healthy");
    assert.equal(nginx.timer("probe"), 1000);
  });

  test("finds an nginx that lives and does not answer, which is restarted", () => {
    const nginx = new Driver({ probe }).healthy();
    nginx.probed(true);
    for (let failure = 0; failure < 3; failure += 1) {
      assert.equal(nginx.status, "healthy");
      nginx.fire("probe");
      nginx.probed(false);
    }
    assert.equal(nginx.reason, "nginx does not answer: http://127.0.0.1/: timeout");
    assert.equal(nginx.signal(), "SIGTERM");
    nginx.fire("stop");
    assert.equal(nginx.signal(), "SIGKILL");
    nginx.exit(undefined, "SIGKILL");
    assert.ok(nginx.types().includes("test-configuration"), "restarted at once");
    assert.equal(nginx.status, "failed", "until it answers");
    nginx.retired();
    nginx.test();
    nginx.started();
    nginx.workers();
    nginx.probed(true);
    assert.equal(nginx.status, "failed", "rise is 2");
    nginx.fire("probe");
    nginx.probed(true);
    assert.equal(nginx.status, "healthy");
  });

  test("with on_exit: failover is a fault while it lasts, and nginx is left alone", () => {
    const nginx = new Driver({ probe, onExit: "failover" }).healthy();
    nginx.probed(true);
    for (let failure = 0; failure < 3; failure += 1) {
      nginx.fire("probe");
      nginx.probed(false);
    }
    assert.equal(nginx.status, "failed");
    assert.equal(nginx.signal(), undefined);
    for (let success = 0; success < 2; success += 1) {
      nginx.fire("probe");
      nginx.probed(true);
    }
    assert.equal(nginx.status, "healthy");
  });
});

describe("the operator", () => {
  test("stops nginx, which is a reason to fail over and not a fault", () => {
    const nginx = new Driver().healthy();
    nginx.operate("stop", 5);
    assert.equal(nginx.status, "stopped-by-operator");
    assert.equal(nginx.answer(), undefined);
    nginx.exit(0);
    nginx.retired();
    assert.deepEqual(nginx.answer(), {
      type: "operator-answer",
      id: 5,
      ok: true,
      message: "nginx is stopped",
    });
    nginx.send({ type: "role-changed", active: true });
    assert.equal(nginx.status, "stopped-by-operator");
  });

  test("reloads: tested first, then confirmed by new workers", () => {
    const nginx = new Driver().healthy();
    nginx.operate("reload");
    assert.deepEqual(nginx.types(), ["test-configuration"]);
    nginx.test();
    assert.equal(nginx.signal(), "SIGHUP");
    nginx.say("notice", "reconfiguring");
    nginx.workers();
    nginx.fire("reload");
    assert.equal(nginx.answer()?.ok, true);
    assert.equal(nginx.status, "healthy");
  });

  test("is refused a reload of a bad configuration, and nginx goes on", () => {
    const nginx = new Driver().healthy();
    nginx.operate("reload");
    nginx.test(false, "2026/11/22 12:00:00 [emerg] 7#7: no port in /etc/nginx/nginx.conf:9");
    assert.equal(nginx.answer()?.message, "nginx -t: no port in /etc/nginx/nginx.conf:9");
    assert.equal(nginx.signal(), undefined);
    assert.equal(nginx.status, "healthy");
  });

  test("hears of a reload that nginx itself refuses, and of one without an answer", () => {
    const nginx = new Driver().healthy();
    nginx.operate("reload");
    nginx.test();
    nginx.say("notice", "reconfiguring");
    nginx.say("emerg", "bind() to 0.0.0.0:81 failed (98: Address already in use)");
    assert.match(nginx.answer()?.message ?? "", /^nginx: bind\(\) to/);
    nginx.operate("reload");
    nginx.test();
    nginx.fire("reload");
    assert.equal(nginx.answer()?.ok, false);
  });

  test("restarts, which does not count as an exit", () => {
    const nginx = new Driver().healthy();
    nginx.operate("restart");
    nginx.test();
    assert.equal(nginx.signal(), "SIGTERM");
    nginx.exit(0);
    nginx.retired();
    nginx.test();
    nginx.started();
    nginx.workers();
    assert.equal(nginx.answer()?.ok, true);
    assert.deepEqual(nginx.state.exits, []);
  });

  test("is answered when a newer command takes over", () => {
    const nginx = new Driver().begin();
    nginx.operate("start", 1);
    nginx.operate("stop", 2);
    assert.deepEqual(
      nginx.actions.filter(({ type }) => type === "operator-answer"),
      [{ type: "operator-answer", id: 1, ok: false, message: "superseded by nginx stop" }],
    );
  });

  test("is not kept waiting by a stop that found nothing to stop", () => {
    const nginx = new Driver({ runOn: "active" }).begin(false);
    nginx.operate("stop");
    assert.equal(nginx.answer()?.ok, true);
  });
});

describe("a daemon that comes back", () => {
  const found = { type: "found", deadMaster: undefined, operatorStopped: false } as const;

  test("adopts the nginx that still runs", () => {
    const nginx = new Driver({ probe });
    nginx.send({ type: "begin", active: false });
    nginx.send({ ...found, running: { pid: 50, sameConfiguration: true } });
    assert.deepEqual(nginx.actions[0], { type: "adopt", pid: 50 });
    assert.ok(!nginx.types().includes("spawn"));
    nginx.probed(true);
    assert.equal(nginx.status, "healthy");
    nginx.pid = 50;
    nginx.exit(undefined);
    assert.equal(nginx.reason, "nginx exited; it is being restarted");
  });

  test("replaces one that runs with another configuration file", () => {
    const nginx = new Driver();
    nginx.send({ type: "begin", active: false });
    nginx.send({ ...found, running: { pid: 50, sameConfiguration: false } });
    assert.equal(nginx.signal(), "SIGTERM");
  });

  test("retires the workers of a master that died meanwhile", () => {
    const nginx = new Driver();
    nginx.send({ type: "begin", active: false });
    nginx.send({ ...found, running: undefined, deadMaster: 50 });
    assert.deepEqual(nginx.types(), ["retire-workers", "test-configuration"]);
    nginx.test();
    assert.deepEqual(nginx.types(), []);
    nginx.retired();
    assert.deepEqual(nginx.types(), ["spawn"]);
  });

  test("remembers the operator's stop", () => {
    const nginx = new Driver();
    nginx.send({ type: "begin", active: false });
    nginx.send({ ...found, running: undefined, operatorStopped: true });
    assert.equal(nginx.status, "stopped-by-operator");
    assert.deepEqual(nginx.types(), []);
  });
});

describe("an ordered stop of the service", () => {
  test("ends nginx and kills what its workers leave", () => {
    const nginx = new Driver().healthy();
    nginx.send({ type: "shutdown" });
    assert.equal(nginx.signal(), "SIGQUIT");
    nginx.exit(0);
    assert.deepEqual(nginx.actions.at(-1), {
      type: "retire-workers",
      pid: nginx.pid,
      drain: 0,
    });
    nginx.retired();
    assert.deepEqual(nginx.types(), ["stopped"]);
    nginx.operate("start", 9);
    assert.equal(nginx.answer()?.ok, false);
  });

  test("ends in every phase", () => {
    const waiting = new Driver().begin();
    assert.deepEqual(waiting.send({ type: "shutdown" }).at(-1), { type: "stopped" });
    const spawning = new Driver().begin();
    spawning.test();
    spawning.send({ type: "shutdown" });
    spawning.started();
    assert.equal(spawning.signal(), "SIGQUIT");
  });
});

test("a timer that was armed anew is ignored when its earlier firing arrives", () => {
  const nginx = new Driver().begin();
  nginx.test(false, "bad");
  const old = nginx.state.timers.hold;
  nginx.operate("start");
  nginx.test(false, "bad");
  nginx.send({ type: "timer-fired", timer: "hold", generation: old });
  assert.deepEqual(nginx.types(), []);
});

test("the lines for the status are bounded", () => {
  const nginx = new Driver().healthy();
  for (let line = 0; line < 100; line += 1) nginx.say("error", `line ${line}`);
  assert.equal(nginx.state.lines.length, 20);
});
