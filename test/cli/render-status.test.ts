import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderStatus } from "#cli/render-status.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import { hostWithTrackers } from "../support/simulated-trackers.ts";
import { virtualLinkOf } from "#vrrp/virtual-mac.ts";
import { referenceLeg } from "../support/vrrp-fixtures.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";

function show(host: SimulatedHost): string {
  const startedAt = host.engine.ports.clock.now();
  return renderStatus(takeSnapshot(host.engine, { version: "1.2.3", pid: 7, startedAt }));
}

describe("the status for people", () => {
  test("of an Active Router alone", () => {
    const host = new SimulatedHost().startActive();
    assert.equal(
      show(host),
      [
        "gw1: gatepair 1.2.3, up 0.0 s",
        "",
        "web: ACTIVE for 0.1 s",
        "  why          no Advertisement heard for 3.61 s",
        "  VRRP         version 3, VRID 51 on eth0",
        "  priority     100",
        "  addresses    172.16.178.137/32 here",
        "  peer         unknown, nothing was heard from one",
        "",
        "nginx: not run by gatepair",
        "interface eth0: usable, 172.16.178.138",
        "mail: nothing waits",
        "machine: not looked at yet",
        "",
        "nothing is wrong",
      ].join("\n"),
    );
  });

  test("of a Backup names the Active Router that it hears, and forgets it when it falls silent", () => {
    const host = new SimulatedHost().start().hear({ priority: 200 }).pass(400);
    assert.match(show(host), /^web: BACKUP for 0\.4 s$/m);
    assert.match(show(host), /^ {2}addresses {4}172\.16\.178\.137\/32 not here$/m);
    const active = "peer         Active: 172.16.178.136, priority 200, heard 0.4 s ago";
    assert.ok(show(host).includes(active));
    host.pass(2700);
    assert.match(show(host), /peer {9}unknown; last 172\.16\.178\.136, priority 200, heard 3\.1 s/);
  });

  test("shows the virtual MAC address, and where it is", () => {
    const virtualLink = virtualLinkOf("ipv4", 51, "eth0");
    const router = { ...routerSettings, legs: [{ ...referenceLeg, virtualLink }] };
    const host = new SimulatedHost({ ...engineSettings, routers: [router] }).start();
    assert.match(show(host), /virtual MAC {2}00:00:5e:00:01:33 on gp4-51-eth0, down/);
    host.pass(3700);
    assert.match(show(host), /virtual MAC {2}00:00:5e:00:01:33 on gp4-51-eth0, up/);
  });

  test("of an Active Router never says how its silent peer is", () => {
    const host = new SimulatedHost().start().hear({ priority: 200 }).pass(4000);
    const unknown =
      "peer         unknown, a Backup sends nothing; last 172.16.178.136, priority 200";
    assert.match(show(host), /^web: ACTIVE/m);
    assert.ok(show(host).includes(unknown), show(host));
  });

  test("of a router in fault lists every fault, and what is wrong", () => {
    const trackInterfaces = [{ name: "eth1", effect: { type: "fault" } }] as const;
    const routers = [{ ...routerSettings, trackInterfaces }];
    const host = new SimulatedHost({ ...engineSettings, routers });
    host.start().changeLink("eth0", { carrier: false });
    const text = show(host);
    assert.match(text, /^web: FAULT/m);
    assert.match(text, /^ {2}fault {8}interface eth0 is down: it has no carrier/m);
    assert.match(text, /^ {2}fault {8}there is no interface eth1/m);
    assert.match(text, /^wrong now:$/m);
    assert.match(text, /^ {2}critical {5}interface-missing: there is no interface eth1/m);
    assert.match(text, /^interface eth1: not usable: there is no interface eth1/m);
  });

  test("says what lowers the priority, and that the role was handed over", () => {
    const effect = { type: "lower-priority", by: 30 } as const;
    const routers = [{ ...routerSettings, trackInterfaces: [{ name: "eth1", effect }] }];
    const host = new SimulatedHost({ ...engineSettings, routers }).start().pass(4000);
    assert.match(show(host), /priority {5}70 \(100; -30: there is no interface eth1/);
    host.engine.execute({ name: "failover", cancel: false }, () => {});
    assert.match(show(host), /handed over {2}on request; 'failover --cancel' ends it/);
  });

  test("shows each check with its last run, and each tracked file", () => {
    const host = hostWithTrackers();
    assert.match(show(host), /^check db \(script\): unknown, no result yet$/m);
    assert.match(show(host), /^file \/m: unknown, not read yet$/m);
    host.pass(0).endCheck().pass(2000).endCheck({ ok: false, detail: "exit code 7" });
    assert.match(
      show(host),
      /^check db \(script\): passed for 2\.0 s; last run 0\.0 s ago took 0\.010 s and failed: exit code 7$/m,
    );
    host.pass(2000).endCheck({ ok: false, detail: "exit code 8" });
    assert.match(show(host), /^check db \(script\): failed for 0\.0 s: exit code 8; last run/m);
    assert.match(show(host), /^file \/m: 0$/m);
    host.files.set("/m", { type: "text", text: "x" });
    assert.match(
      show(host.pass(1000)),
      /^file \/m: it holds no whole number .* 0 stays in force$/m,
    );
  });

  test("lets nobody who can write into nginx's log control the terminal", () => {
    const nginx = {
      config: "/etc/nginx/nginx.conf",
      binary: "/usr/sbin/nginx",
      runOn: "always",
      onExit: "restart",
      probe: undefined,
      restartAttempts: 3,
      restartWindow: 1000,
      retryHold: 1000,
      stopTimeout: 1000,
      startLimit: 1000,
    } as never;
    const host = new SimulatedHost({ ...engineSettings, nginx }).start();
    const line = "client sent \u001b]0;owned\u0007\u001b[2J\u009b1m";
    host.engine.post({ type: "nginx", event: { type: "said", line } });
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(show(host), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.match(show(host), /said {9}client sent/);
  });
});
