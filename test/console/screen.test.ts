import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Issue } from "#config/issue.ts";
import type { Facts, SilentDaemon, UnitState } from "#console/facts.ts";
import { fitScreen, listLines } from "#console/fit-screen.ts";
import { makeScreen, materialOf } from "#console/screen.ts";
import { takeSnapshot } from "#engine/snapshot.ts";
import type { Status } from "#engine/snapshot.ts";
import type { FirstBootReport } from "#firstboot/report.ts";

import { SimulatedHost } from "../support/simulated-host.ts";
import { hostWithTrackers } from "../support/simulated-trackers.ts";

function statusOf(host: SimulatedHost): Status {
  const startedAt = host.engine.ports.clock.now();
  return takeSnapshot(host.engine, { version: "1.2.3", pid: 7, startedAt });
}

const report: FirstBootReport = {
  schema_version: 1,
  outcome: "first",
  found: { origin: "/dev/vdb (vfat, CIDATA)", files: "user-data, meta-data" },
  before: null,
  hostname: "gw1",
  gatepair_config: "seed",
  issues: [],
  ignored: [],
  notes: [],
  problems: [],
  looked_at: [{ place: "/dev/vda1 (vfat, ESP)", found: "not labelled CIDATA" }],
};

const issue: Issue = {
  severity: "error",
  file: "user-data",
  line: 12,
  column: 5,
  path: "hostnme",
  message: "found an unknown key",
};

const silent: SilentDaemon = {
  type: "silent",
  message: "no daemon answers",
  config: { type: "absent" },
  unit: undefined,
};

const unit: UnitState = {
  active: "activating",
  sub: "auto-restart",
  result: "exit-code",
  exitStatus: "1",
  restarts: "4",
  isQueued: false,
  said: ["gatepair: cannot bind"],
};

function facts(differences: Partial<Facts> = {}): Facts {
  return {
    hostname: "gw1",
    version: "1.2.3",
    uptime: 185,
    interfaces: [
      { name: "eth0", carrier: true, addresses: ["172.16.178.138/24", "172.16.178.137/32"] },
      { name: "eth1", carrier: false, addresses: [] },
    ],
    firstBoot: report,
    daemon: { type: "answers", status: statusOf(new SimulatedHost().startActive()) },
    ...differences,
  };
}

function show(differences: Partial<Facts> = {}): string {
  return listLines(makeScreen(facts(differences)))
    .map(({ text }) => text)
    .join("\n");
}

describe("the screen", () => {
  test("of a box that is Active says role, reason, peer, addresses and configuration", () => {
    assert.equal(
      show(),
      [
        "gw1: Gatepair 1.2.3, up 3 min",
        "",
        "web: ACTIVE for under 10 s",
        "  why        no Advertisement heard for 3.61 s",
        "  priority   100",
        "  addresses  172.16.178.137/32 here",
        "  peer       unknown, nothing was heard from one",
        "",
        "nginx: not run by gatepair",
        "",
        "eth0: 172.16.178.138/24, 172.16.178.137/32 (virtual)",
        "eth1: NO CARRIER: is the cable in? (no address)",
        "",
        "configuration: from /dev/vdb (vfat, CIDATA): user-data, meta-data; applied",
      ].join("\n"),
    );
  });

  test("names the Active peer, and calls a peer unknown that cannot be known", () => {
    const backup = new SimulatedHost().start().hear({ priority: 200 }).pass(400);
    const heard = show({ daemon: { type: "answers", status: statusOf(backup) } });
    assert.match(heard, /^web: BACKUP/m);
    assert.match(heard, /^ {2}peer {7}Active: 172\.16\.178\.136, priority 200$/m);
    backup.pass(4000);
    const alone = show({ daemon: { type: "answers", status: statusOf(backup) } });
    assert.match(
      alone,
      /^ {2}peer {7}unknown, a Backup sends nothing; last heard: 172\.16\.178\.136/m,
    );
  });

  test("shows what is wrong above the roles, with its severity", () => {
    const host = new SimulatedHost().start().changeLink("eth0", { carrier: false });
    const text = show({ daemon: { type: "answers", status: statusOf(host) } });
    assert.match(text, /^critical: interface eth0 is down: .* \(since .*\)\n[\s\S]*^web: FAULT/m);
    assert.match(text, /^ {2}fault {6}interface eth0 is down/m);
  });

  test("shows checks in few lines, each that has not passed in its own, and files that say something", () => {
    const host = hostWithTrackers();
    const trackers = () => show({ daemon: { type: "answers", status: statusOf(host) } });
    assert.match(trackers(), /^check db: unknown, it has no result yet\nfile \/m: unknown/m);
    host.pass(0).endCheck().pass(1000);
    assert.match(trackers(), /^checks passed: db$/m);
    assert.doesNotMatch(trackers(), /file/);
    host.files.set("/m", { type: "text", text: "50" });
    for (const detail of ["exit code 7", "exit code 8"]) {
      host.pass(2000).endCheck({ ok: false, detail });
    }
    assert.match(trackers(), /^check db: FAILED: exit code 8\nfile \/m: 50$/m);
    assert.match(trackers(), /^critical: check db failed: exit code 8 \(since /m);
  });

  test("of a box without a configuration says what it waits for, and where it looked", () => {
    const firstBoot = { ...report, outcome: "waiting", found: null } as const;
    const text = show({ firstBoot, daemon: silent });
    assert.match(text, /^waiting for a volume labelled CIDATA with a right user-data$/m);
    assert.match(text, /^gatepair: not running, there is no configuration$/m);
    assert.match(text, /^looked at \/dev\/vda1 \(vfat, ESP\): not labelled CIDATA$/m);
  });

  test("of a first-boot document with errors shows each at its place, and what is in force", () => {
    const before = { origin: "/dev/sr0", applied_at: "2026-01-02T03:04:05.000Z" };
    const issues = [issue, { ...issue, line: 14 }];
    const text = show({ firstBoot: { ...report, outcome: "kept", before, issues } });
    const lines = text.split("\n").slice(2, 5);
    assert.deepEqual(lines, [
      "configuration from /dev/vdb (vfat, CIDATA): user-data, meta-data: NOT APPLIED because of errors:",
      "  user-data:12:5: hostnme: found an unknown key",
      "  user-data:14:5: hostnme: found an unknown key",
    ]);
    assert.match(text, /the last good one stays in force, from \/dev\/sr0 \(applied 2026-01-02T/);
  });

  test("says why no daemon runs: its configuration, its last words, or that it starts", () => {
    const config = { type: "wrong", issues: [issue] } as const;
    assert.match(
      show({ daemon: { ...silent, config } }),
      /^gatepair: NOT RUNNING because of its configuration:\n {2}user-data:12:5: hostnme/m,
    );
    const usable = {
      ...silent,
      config: { type: "usable", config: {} as never, issues: [] },
    } as const;
    assert.match(
      show({ daemon: { ...usable, unit } }),
      /^gatepair: NOT RUNNING: it ended with exit code 1; started again 4 times\n {2}said {7}gatepair: cannot bind$/m,
    );
    const starting = { ...unit, sub: "start", result: "success" };
    assert.match(show({ daemon: { ...usable, unit: starting } }), /^gatepair: is starting$/m);
    const queued = { ...unit, active: "inactive", result: "success", isQueued: true };
    assert.match(show({ daemon: { ...usable, unit: queued } }), /^gatepair: will start soon$/m);
    const stopped = { ...queued, isQueued: false, restarts: "0" };
    const daemon = { ...usable, unit: stopped };
    assert.match(show({ daemon }), /^gatepair: NOT RUNNING: it was stopped$/m);
  });

  test("lets nothing that it quotes control the terminal", () => {
    const evil = "x\u001b]0;owned\u0007\u001b[2J\u009b1m\n\u202ey";
    const text = show({
      hostname: evil,
      interfaces: [{ name: evil, carrier: true, addresses: [evil] }],
      firstBoot: { ...report, issues: [{ ...issue, message: evil }], notes: [evil] },
    });
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(text, /owned/);
  });
});

describe("a change", () => {
  const material = (differences: Partial<Facts> = {}): string =>
    materialOf(makeScreen(facts(differences)));
  const answer = (host: SimulatedHost) => ({ type: "answers", status: statusOf(host) }) as const;

  test("is not that time passes", () => {
    const host = new SimulatedHost().start().hear({ priority: 200 }).pass(4000);
    const before = material({ daemon: answer(host) });
    const text = show({ daemon: answer(host) });
    host.pass(700_000);
    assert.notEqual(show({ daemon: answer(host), uptime: 9000 }), text);
    assert.equal(material({ daemon: answer(host), uptime: 9000 }), before);
  });

  test("is a role, an address, a cable, a condition, an error or another configuration", () => {
    const down = new SimulatedHost().startActive().changeLink("eth0", { carrier: false });
    const different = [
      {},
      { daemon: answer(new SimulatedHost().start()) },
      { daemon: answer(down) },
      { daemon: silent },
      { interfaces: [{ name: "eth0", carrier: true, addresses: [] }] },
      { interfaces: [{ name: "eth0", carrier: false, addresses: [] }] },
      { firstBoot: { ...report, outcome: "unchanged" } },
      { firstBoot: { ...report, outcome: "kept", issues: [issue] } },
      { hostname: "gw2" },
    ] as const;
    assert.equal(new Set(different.map(material)).size, different.length);
  });
});

describe("a small screen", () => {
  const issues = Array.from({ length: 40 }, (_, index) => ({ ...issue, line: index + 1 }));
  const full = makeScreen(facts({ firstBoot: { ...report, outcome: "kept", issues } }));

  function fit(rows: number, columns = 80): string[] {
    return fitScreen(full, { rows, columns }).map(({ text }) => text);
  }

  test("has the title, the roles and the first errors, and says that there is more", () => {
    const lines = fit(10);
    assert.equal(lines.length, 10);
    assert.equal(lines[0], "gw1: Gatepair 1.2.3, up 3 min");
    assert.equal(lines[1], "web: ACTIVE");
    assert.match(lines[2] ?? "", /^configuration from .*NOT APPL/);
    assert.equal(lines[3], "  user-data:1:5: hostnme: found an unknown key");
    assert.match(lines[9] ?? "", /^\.\.\. and \d+ more lines: gatepair status$/);
  });

  test("counts the lines that it leaves out", () => {
    const total = full.sections.flat().length + 2;
    assert.equal(fit(10)[9], `... and ${total - 9} more lines: gatepair status`);
  });

  test("loses its blank lines first", () => {
    const lines = listLines(full);
    assert.equal(fit(lines.length).length, lines.length);
    const dense = fit(lines.length - 1);
    assert.equal(dense.length, full.sections.flat().length + 1);
    assert.ok(!dense.includes(""));
    assert.match(dense.join("\n"), /peer {7}unknown/);
  });

  test("is never written beyond its edges", () => {
    for (const [rows, columns] of [
      [1, 1],
      [2, 20],
      [25, 80],
      [60, 33],
    ] as const) {
      const lines = fit(rows, columns);
      assert.ok(lines.length <= rows, `${lines.length} lines in ${rows}`);
      for (const text of lines) assert.ok(Array.from(text).length <= columns, text);
    }
    assert.equal(fit(25, 10)[0], "gw1: Gate>");
  });
});
