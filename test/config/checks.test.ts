import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { comparePair } from "#config/rules/compare-pair.ts";
import { checkScriptsOnHost, type ScriptFinding } from "#config/rules/host-rules.ts";

import { issueLines, lines, parseGood, shortest } from "./documents.ts";

const tracked = `${shortest}    track: {checks: [{name: db}]}\n`;
const tcp = "tcp: {address: 10.0.0.5, port: 5432}";

function said(...checks: readonly string[]): string[] {
  return issueLines(`${tracked}checks:\n${checks.map((check) => `  - {${check}}\n`).join("")}`);
}

function checksOf(...checks: readonly string[]) {
  return parseGood(`${shortest}checks:\n${checks.map((check) => `  - {${check}}\n`).join("")}`)
    .config.checks;
}

describe("a named check", () => {
  test("gets every default", () => {
    const timing = { interval: 2000, timeout: 1000, fall: 3, rise: 2 };
    assert.deepEqual(
      checksOf(
        "name: a, script: {command: [/x, y]}",
        `name: b, ${tcp}`,
        "name: c, http: {url: 'http://10.0.0.5/'}",
      ),
      [
        {
          name: "a",
          ...timing,
          probe: { type: "script", command: { program: "/x", args: ["y"] }, user: "nobody" },
        },
        { name: "b", ...timing, probe: { type: "tcp", address: "10.0.0.5", port: 5432 } },
        {
          name: "c",
          ...timing,
          probe: {
            type: "http",
            url: "http://10.0.0.5/",
            expectStatus: [{ first: 200, last: 399 }],
          },
        },
      ],
    );
  });

  test("has half its interval as time limit, and no more than 10 s unless told", () => {
    const timeouts = ["100ms", "20s", "1h"].map((interval) => {
      return checksOf(`name: a, ${tcp}, interval: ${interval}`)[0]?.timeout;
    });
    assert.deepEqual(timeouts, [50, 10_000, 10_000]);
    assert.equal(checksOf(`name: a, ${tcp}, interval: 1h, timeout: 2m`)[0]?.timeout, 120_000);
  });

  test("is of exactly one kind", () => {
    assert.deepEqual(said("name: db"), [
      "9:5: checks[0]: found a map; accepted: exactly one of script, tcp and http",
    ]);
    assert.deepEqual(said(`name: db, ${tcp}, script: {command: [/x]}`), [
      "9:21: checks[0].tcp: found a map; accepted: exactly one of script, tcp and http",
    ]);
  });

  test("ends before its next turn", () => {
    assert.deepEqual(said(`name: db, ${tcp}, interval: 1s, timeout: 999ms`), []);
    assert.deepEqual(said(`name: db, ${tcp}, interval: 1s, timeout: 1s`), [
      "9:77: checks[0].timeout: found 1s; accepted: below the interval of 1s, so that a run ends before the next one",
    ]);
  });

  test("runs a program by its absolute path", () => {
    assert.deepEqual(said("name: db, script: {command: [check.sh]}"), [
      '9:35: checks[0].script.command[0]: found the text "check.sh"; accepted: an absolute path, then its arguments',
    ]);
    assert.deepEqual(said("name: db, script: {command: /bin/true}"), [
      '9:34: checks[0].script.command: found the text "/bin/true"; accepted: a list of 1 to 32 entries',
    ]);
  });

  test("shows no user and password of a URL", () => {
    assert.deepEqual(said("name: db, http: {url: 'http://u:hunter2@10.0.0.5/'}"), [
      "9:28: checks[0].http.url: found a text of 26 characters; accepted: a URL that starts with http:// or https://, without user",
    ]);
  });

  test("has a name of its own", () => {
    assert.deepEqual(said(`name: db, ${tcp}`, `name: db, ${tcp}`), [
      '10:12: checks[1].name: found "db" twice; accepted: each check once',
    ]);
  });

  test("that nobody tracks is a warning", () => {
    assert.deepEqual(said(`name: db, ${tcp}`, `name: web, ${tcp}`), [
      '10:12: warning: checks[1].name: no virtual router tracks the check "web"',
    ]);
  });
});

describe("what a virtual router tracks", () => {
  function saidOf(track: string, checks = `  - {name: database, ${tcp}}\n`): string[] {
    return issueLines(`${shortest}    track: ${track}\nchecks:\n${checks}`);
  }

  test("is a check that is there: the nearest name is suggested", () => {
    const [unknown] = saidOf("{checks: [{name: databse}]}");
    assert.equal(
      unknown,
      '7:29: virtual_routers[0].track.checks[0].name: found "databse", which is no check; did you mean "database"?',
    );
    assert.match(saidOf("{checks: [{name: zork}]}")[0] ?? "", /is no check; accepted: database$/);
    const without = issueLines(`${shortest}    track: {checks: [{name: db}]}\n`);
    assert.match(without[0] ?? "", /accepted: the name of an entry of checks at the top$/);
  });

  test("is no unknown check because that check has a mistake", () => {
    assert.deepEqual(saidOf("{checks: [{name: database}]}", "  - {name: database}\n"), [
      "9:5: checks[0]: found a map; accepted: exactly one of script, tcp and http",
    ]);
  });

  test("has one effect, and is named once", () => {
    assert.deepEqual(
      saidOf("{checks: [{name: database, on_failure: fault, lower_priority: 3}]}")[0],
      "7:74: virtual_routers[0].track.checks[0].lower_priority: found the number 3; accepted: either on_failure or lower_priority",
    );
    assert.deepEqual(saidOf("{checks: [{name: database}, {name: database}]}"), [
      '7:47: virtual_routers[0].track.checks[1].name: found "database" twice; accepted: each check once',
    ]);
    assert.match(
      saidOf("{checks: [{name: database}], files: [{path: /m}, {path: /m}]}")[0] ?? "",
      /track\.files\[1\]\.path: found "\/m" twice; accepted: each file once$/,
    );
  });

  test("cannot be lowered without preemption, by a check or by a file", () => {
    const track = "{checks: [{name: database, lower_priority: 3}], files: [{path: /m}]}";
    const found = saidOf(`${track}\n    preempt: false`);
    assert.equal(found.length, 2);
    assert.match(found[0] ?? "", /track\.checks\[0\]\.lower_priority: found a weight with preempt/);
    assert.match(found[1] ?? "", /track\.files\[0\]\.path: found a weight with preempt: false/);
    const faults = "{checks: [{name: database}], files: [{path: /m, on_failure: fault}]}";
    assert.deepEqual(saidOf(`${faults}\n    preempt: false`), []);
  });

  test("says by what weight alone it can never cause a failover", () => {
    const track = (weight: number) =>
      `    track: {checks: [{name: db, lower_priority: ${weight}}]}\n`;
    const host = (priority: number, file: string) =>
      parseGood(
        `${shortest}    priority: ${priority}\n${track(20)}checks: [{name: db, ${tcp}}]`,
        file,
      );
    const [warning, ...others] = lines(comparePair(host(150, "a"), host(100, "b")));
    assert.equal(
      warning,
      "a:8:49: warning: virtual_routers[0].track.checks[0].lower_priority: 150 lowered by 20 is 130, still above the 100 in b:7:15: alone it can never cause a failover; at least 51 can",
    );
    assert.deepEqual(others, []);
  });
});

describe("a tracked file", () => {
  test("has an absolute path, and lowers the priority unless it is a fault", () => {
    const { config } = parseGood(
      `${shortest}    track: {files: [{path: /m}, {path: /n, on_failure: fault}]}\n`,
    );
    assert.deepEqual(config.virtualRouters[0]?.track.files, [
      { path: "/m", fault: false },
      { path: "/n", fault: true },
    ]);
    assert.deepEqual(issueLines(`${shortest}    track: {files: [{path: m}]}\n`), [
      '7:28: virtual_routers[0].track.files[0].path: found the text "m"; accepted: an absolute path',
    ]);
  });

  test("has no weight of its own: the number in it is the weight", () => {
    const [unknown] = issueLines(
      `${shortest}    track: {files: [{path: /m, lower_priority: 5}]}\n`,
    );
    assert.match(unknown ?? "", /found an unknown key; accepted: path, on_failure$/);
  });
});

describe("the script of a check, on the host that it is for", () => {
  const { user, command } = { user: "checker", command: "[/check/db, -v]" };
  const located = parseGood(
    `${tracked}checks:\n  - {name: db, script: {command: ${command}, user: ${user}}}\n`,
  );
  const said = (finding?: ScriptFinding) =>
    lines(checkScriptsOnHost(located, new Map(finding && [["db", finding]])));

  test("is right when nothing stands in its way", () => {
    assert.deepEqual(said(), []);
  });

  test("that could not be started is a warning that says why", () => {
    const place = "9:35: warning: checks[0].script.command[0]";
    assert.deepEqual(said({ type: "absent" }), [`${place}: this host has no file "/check/db" now`]);
    assert.deepEqual(said({ type: "forbidden", path: "/check" }), [
      `${place}: user "checker" may not run it: see the mode of "/check"`,
    ]);
    assert.deepEqual(said({ type: "no-user" }), [
      '9:57: warning: checks[0].script.user: this host has no user "checker" now',
    ]);
  });
});
