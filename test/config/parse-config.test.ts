import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

import { milliseconds } from "#base/time.ts";
import { parseConfig } from "#config/parse-config.ts";

import { issueLines, parseGood, shortest } from "./documents.ts";

describe("a right document", () => {
  test("gets every default", () => {
    const { config } = parseGood(`${shortest}    track: {nginx: {}}\nnginx: {}\n`);
    const [router] = config.virtualRouters;
    assert.equal(config.routerId, undefined);
    assert.deepEqual(router, {
      name: "web",
      vrid: 51,
      interface: "eth0",
      vrrpVersion: 3,
      priority: 100,
      advertisementInterval: 1000,
      lossCount: 3,
      routes: [],
      startDelay: 0,
      preempt: true,
      preemptDelay: 0,
      addresses: [{ address: "192.0.2.10", prefixLength: 32 }],
      checksum: "with_pseudo_header",
      announcements: { rounds: 5, repeatDelay: 5000, refreshInterval: 60_000 },
      accept: true,
      virtualMac: false,
      track: { nginx: { type: "fault" }, interfaces: [], checks: [], files: [] },
    });
    assert.deepEqual(config.nginx, {
      config: "/etc/nginx/nginx.conf",
      binary: "/usr/sbin/nginx",
      runOn: "always",
      onExit: "restart",
      probe: {
        url: "http://127.0.0.1/",
        interval: 1000,
        timeout: 1000,
        fall: 3,
        rise: 1,
        expectStatus: [{ first: 100, last: 599 }],
      },
      restartAttempts: 5,
      restartWindow: 10_000,
      retryHold: 30_000,
      stopTimeout: 10_000,
    });
    assert.deepEqual(config.notifications, {
      mailLimit: { messages: 10, per: 600_000 },
      hooks: {},
      hookTimeout: 10_000,
    });
    assert.deepEqual(config.health, {
      interval: 60_000,
      disk: { path: "/", thresholdPercent: 90 },
      memory: { thresholdPercent: 90 },
      load: { thresholdPerCpu: 4 },
      temperature: { thresholdCelsius: 85 },
    });
    assert.deepEqual(config.log, { level: "info" });
  });

  test("keeps what it says", () => {
    const { config } = parseGood(`${shortest}    vrrp_version: 2
    advertisement_interval: 2s
    authentication: {type: simple, key: "1111"}
    track:
      interfaces: [{name: eth1}, {name: eth2, on_failure: fault}, {name: eth3, lower_priority: 5}]
notifications:
  smtp: {server: 127.0.0.1, from: gw@example.net, to: [root@localhost], connect_timeout: 1.5s}
  hooks: {active: [/bin/hook, now, ""]}
interfaces: [{name: eth1, up_delay: 250ms}]
`);
    const [router] = config.virtualRouters;
    assert.deepEqual(router?.authentication, { type: "simple", key: "1111" });
    assert.deepEqual(router?.track.interfaces, [
      { name: "eth1", effect: { type: "fault" } },
      { name: "eth2", effect: { type: "fault" } },
      { name: "eth3", effect: { type: "lower-priority", by: 5 } },
    ]);
    assert.equal(config.notifications.smtp?.connectTimeout, milliseconds(1500));
    assert.deepEqual(config.notifications.hooks.active, {
      program: "/bin/hook",
      args: ["now", ""],
    });
    assert.deepEqual(config.interfaces, [{ name: "eth1", upDelay: 250, downDelay: 0 }]);
  });

  test("may switch the probe off, or narrow what counts as an answer", () => {
    const nginx = `${shortest}    track: {nginx: {}}\nnginx: `;
    assert.equal(parseGood(`${nginx}{probe: none}`).config.nginx?.probe, "none");
    const narrow = parseGood(`${nginx}{probe: {interval: 200ms, expect_status: [204, 300-399]}}`);
    const probe = narrow.config.nginx?.probe;
    assert.ok(probe !== undefined && probe !== "none");
    assert.equal(probe.timeout, 200, "the default is never longer than the interval");
    assert.deepEqual(probe.expectStatus, [
      { first: 204, last: 204 },
      { first: 300, last: 399 },
    ]);
  });

  test("may use anchors and aliases", () => {
    const { config } = parseGood(`${shortest}    track: &track {interfaces: [{name: eth1}]}
  - {name: two, vrid: 52, interface: eth0, addresses: [192.0.2.11], track: *track}
`);
    assert.deepEqual(config.virtualRouters[1]?.track, config.virtualRouters[0]?.track);
  });

  for (const name of ["gw1", "gw2", "keepalived-like-gw1", "keepalived-like-gw2"]) {
    test(`${name}.yaml of the reference pair has no issues`, () => {
      const text = readFileSync(new URL(`fixtures/${name}.yaml`, import.meta.url), "utf8");
      assert.deepEqual(parseConfig(text, name).issues, []);
    });
  }
});

const topKeys =
  "version, router_id, virtual_routers, sync_groups, interfaces, checks, nginx, notifications, health, log";

/** What is wrong, the text, and exactly what is said about it. */
type Refusal = readonly [behaviour: string, text: string, said: readonly string[]];

function router(keys: string): string {
  return `${shortest}    ${keys}\n`;
}

function replace(found: string, replacement: string): string {
  assert.ok(shortest.includes(found));
  return shortest.replace(found, replacement);
}

function checkRefusals(refusals: readonly Refusal[]): void {
  for (const [behaviour, text, said] of refusals) {
    test(behaviour, () => {
      assert.deepEqual(issueLines(text), said);
      assert.equal(parseConfig(text, "f").config, undefined);
    });
  }
}

describe("what is no YAML, or not one map", () => {
  checkRefusals([
    ["an empty file", "", ["1:1: found an empty file; accepted: a map of settings"]],
    ["only comments", "# a\n\n", ["1:1: found an empty file; accepted: a map of settings"]],
    ["a list", "- a\n", [`1:1: found a list of 1; accepted: a map of ${topKeys}`]],
    ["a text", "hello\n", [`1:1: found a text of 5 characters; accepted: a map of ${topKeys}`]],
    [
      "two documents",
      `${shortest}---\nversion: 1\n`,
      ["7:1: not valid YAML: found a second document (---); accepted: one document a file"],
    ],
    [
      "a tab",
      "version: 1\nlog:\n\tlevel: info\n",
      ["3:1: not valid YAML: found a tab as indentation; accepted: spaces"],
    ],
    [
      "a missing bracket",
      "version: [1\n",
      [
        "2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      ],
    ],
    ["a missing quote", "version: 'a", ["1:12: not valid YAML: Missing closing 'quote"]],
    [
      "a second colon",
      "version: a: b\n",
      ["1:10: not valid YAML: found a second colon; put a text that holds a colon in quotes"],
    ],
    [
      "a key that is a list",
      "? [a]\n: 3\n",
      ["1:3: not valid YAML: found a key that is no text; accepted: names of settings as keys"],
    ],
    [
      "a tag",
      "version: !!binary aGVsbG8=\n",
      ["1:19: found a YAML tag; accepted: plain values; put a text that starts with ! in quotes"],
    ],
    [
      "an alias of nothing",
      "version: *one\n",
      ["1:10: found an alias without its anchor above; put a text that starts with * in quotes"],
    ],
    [
      "an alias of itself",
      "log: &x {log: *x}\n",
      ["1:15: found an alias within an anchored value; accepted: aliases elsewhere"],
    ],
    [
      "aliases that multiply",
      "a: &a [x]\nb: &b [*a, *a]\n",
      [
        "2:8: found an alias within an anchored value; accepted: aliases elsewhere",
        "2:12: found an alias within an anchored value; accepted: aliases elsewhere",
      ],
    ],
  ]);

  test("a file above 1 MiB is not even parsed", () => {
    const text = `version: 1\n#${"x".repeat(1024 * 1024)}`;
    assert.deepEqual(issueLines(text), [
      `1:1: found ${text.length} characters; accepted: at most 1048576`,
    ]);
  });

  test("too many aliases stop the reading", () => {
    const said = issueLines(`a: &a 1\nb: [${"*a,".repeat(1001)}]`);
    assert.deepEqual(said, ["2:3005: found more than 1000 aliases"]);
  });

  test("lists without end are one issue, not one for each level", () => {
    const [only, ...others] = issueLines("[".repeat(5000));
    assert.match(only ?? "", /^1:\d+: not valid YAML: found lists or maps nested too deeply$/);
    assert.deepEqual(others, []);
  });
});

describe("keys", () => {
  checkRefusals([
    [
      "an unknown one, with the nearest known one",
      router("priorty: 3"),
      ['7:5: virtual_routers[0].priorty: found an unknown key; did you mean "priority"?'],
    ],
    [
      "an unknown one that is a shortened known one",
      router("prio: 3"),
      ['7:5: virtual_routers[0].prio: found an unknown key; did you mean "priority"?'],
    ],
    [
      "an unknown one that is like none",
      `${shortest}"zork\\e": 3\n`,
      [`7:1: ["zork\\u001b"]: found an unknown key; accepted: ${topKeys}`],
    ],
    [
      "names that JavaScript gives a meaning",
      `${shortest}__proto__: 1\nconstructor: 2\n`,
      [
        `7:1: __proto__: found an unknown key; accepted: ${topKeys}`,
        `8:1: constructor: found an unknown key; accepted: ${topKeys}`,
      ],
    ],
    [
      "the same one twice, and mistakes elsewhere",
      router("vrid: 300"),
      [
        "7:5: not valid YAML: found the same key twice in one map; accepted: each key once",
        "7:11: virtual_routers[0].vrid: found the number 300; accepted: a whole number from 1 to 255",
      ],
    ],
    [
      "missing at the top",
      "log: {}\n",
      [
        "1:1: version: missing; accepted: 1",
        "1:1: virtual_routers: missing; accepted: a list of 1 to 255 entries",
      ],
    ],
    [
      "missing in an item of a list",
      "version: 1\nvirtual_routers:\n  - vrid: 1\n    interface: eth0\n    addresses: [192.0.2.1]\n",
      [
        "3:5: virtual_routers[0].name: missing; accepted: a name of 1 to 32 of a-z, A-Z, 0-9, _, . and -",
      ],
    ],
    [
      "missing in a section",
      `${shortest}notifications:\n  smtp:\n    from: gw@example.net\n    to: [root@localhost]\n`,
      ["8:3: notifications.smtp.server: missing; accepted: a host name or an IP address"],
    ],
    [
      "an empty section",
      `${shortest}log:\n`,
      ["7:1: log: found nothing; accepted: a map of level"],
    ],
  ]);
});

const addressAccepted =
  "an address such as 192.0.2.1, 192.0.2.1/24 or 2001:db8::1 of a host (not 0.0.0.0/8, loopback, " +
  "multicast, reserved, IPv4-mapped, with a zone, or the network, broadcast or anycast address of its prefix), or a map of address, interface, scope, broadcast and label";

describe("values", () => {
  checkRefusals([
    [
      "a number out of its range",
      replace("vrid: 51", "vrid: 300"),
      [
        "4:11: virtual_routers[0].vrid: found the number 300; accepted: a whole number from 1 to 255",
      ],
    ],
    [
      "a text in place of a number",
      replace("vrid: 51", "vrid: fast"),
      [
        '4:11: virtual_routers[0].vrid: found the text "fast"; accepted: a whole number from 1 to 255',
      ],
    ],
    [
      "a list in place of a number",
      replace("vrid: 51", "vrid: [51]"),
      ["4:11: virtual_routers[0].vrid: found a list of 1; accepted: a whole number from 1 to 255"],
    ],
    [
      "a number with a fraction",
      replace("vrid: 51", "vrid: 1.5"),
      [
        "4:11: virtual_routers[0].vrid: found the number 1.5; accepted: a whole number from 1 to 255",
      ],
    ],
    [
      "nothing",
      replace("vrid: 51", "vrid:"),
      ["4:5: virtual_routers[0].vrid: found nothing; accepted: a whole number from 1 to 255"],
    ],
    [
      "a number in place of a text",
      replace("name: web", "name: 7"),
      [
        "3:11: virtual_routers[0].name: found the number 7; accepted: a name of 1 to 32 of a-z, A-Z, 0-9, _, . and -; put it in quotes",
      ],
    ],
    [
      "a text in place of a list",
      replace("[192.0.2.10]", "192.0.2.10"),
      [
        '6:16: virtual_routers[0].addresses: found the text "192.0.2.10"; accepted: a list of 1 to 510 entries',
      ],
    ],
    [
      "an interface name that Linux refuses",
      replace("eth0", "eth0/1"),
      [
        '5:16: virtual_routers[0].interface: found the text "eth0/1"; accepted: an interface name of 1 to 15 characters without space, / and :',
      ],
    ],
    [
      "words that are true in older YAML, and values outside a choice",
      router("vrrp_version: 4\n    accept: no\n    preempt: yes"),
      [
        "7:19: virtual_routers[0].vrrp_version: found the number 4; accepted: 2 or 3",
        '8:13: virtual_routers[0].accept: found the text "no"; accepted: true or false',
        '9:14: virtual_routers[0].preempt: found the text "yes"; accepted: true or false',
      ],
    ],
    [
      "a duration without its unit",
      router("advertisement_interval: 1"),
      [
        "7:29: virtual_routers[0].advertisement_interval: found the number 1; accepted: a duration from 10ms to 255s; add the unit: ms, s, m or h",
      ],
    ],
    [
      "a duration out of its range",
      `${shortest}health: {interval: 5s}\n`,
      ['7:20: health.interval: found the text "5s"; accepted: a duration from 10s to 1h'],
    ],
    ...[
      "224.0.0.18",
      "0.0.0.0",
      "127.0.0.1",
      "255.255.255.255",
      "10.0.0.0/24",
      "10.0.0.255/24",
      "1.2.3",
      "10.0.0.1/33",
      "01.2.3.4",
      "2001:db8::1/129",
      "2001:db8::10/0",
      "2001:db8:5::/64",
      "ff02::12",
      "::1",
      "fe80::1%eth0",
      "::ffff:192.0.2.1",
      "2001:db8::1::2",
    ].map((address): Refusal => [
      `the address ${address}`,
      replace("192.0.2.10", address),
      [
        `6:17: virtual_routers[0].addresses[0]: found the text "${address}"; accepted: ${addressAccepted}`,
      ],
    ]),
    [
      "a scalar of none of several kinds",
      `${shortest}nginx: {probe: off}\n`,
      [
        '7:16: nginx.probe: found the text "off"; accepted: none or a map of url, interval, timeout, fall, rise, expect_status',
      ],
    ],
    [
      "mistakes within one of several kinds",
      `${shortest}nginx: {probe: {fall: 0, raise: 1, expect_status: [99, 300-200]}}\n`,
      [
        "7:23: nginx.probe.fall: found the number 0; accepted: a whole number from 1 to 100",
        '7:26: nginx.probe.raise: found an unknown key; did you mean "rise"?',
        "7:52: nginx.probe.expect_status[0]: found the number 99; accepted: a status or a range within 100 to 599, such as 204 or 200-399",
        '7:56: nginx.probe.expect_status[1]: found the text "300-200"; accepted: a status or a range within 100 to 599, such as 204 or 200-399',
      ],
    ],
    [
      "hooks that are no commands",
      `${shortest}notifications:\n  hooks: {active: [echo], backup: [/x, 5], fault: /bin/y}\n`,
      [
        '8:20: notifications.hooks.active[0]: found the text "echo"; accepted: an absolute path, then its arguments',
        "8:40: notifications.hooks.backup[1]: found the number 5; accepted: a text of at most 1024 characters; put it in quotes",
        '8:51: notifications.hooks.fault: found the text "/bin/y"; accepted: a list of 1 to 32 entries',
      ],
    ],
    [
      "a long text with control characters",
      replace("name: web", `name: "\\e[31m${"x".repeat(80)}"`),
      [
        `3:11: virtual_routers[0].name: found the text "\\u001b[31m${"x".repeat(55)}..."; accepted: a name of 1 to 32 of a-z, A-Z, 0-9, _, . and -`,
      ],
    ],
    [
      "everything at once, in the order of the file",
      "version: 2\nrouter_id: a b\nvirtual_routers:\n  - {vrid: 0, name: web}\nlogs: {}\nlog: {level: loud}\n",
      [
        "1:10: version: found the number 2; accepted: 1",
        '2:12: router_id: found the text "a b"; accepted: a name of 1 to 64 printable characters without space',
        "4:5: virtual_routers[0].interface: missing; accepted: an interface name of 1 to 15 characters without space, / and :",
        "4:5: virtual_routers[0].addresses: missing; accepted: a list of 1 to 510 entries",
        "4:12: virtual_routers[0].vrid: found the number 0; accepted: a whole number from 1 to 255",
        '5:1: logs: found an unknown key; did you mean "log"?',
        '6:14: log.level: found the text "loud"; accepted: debug, info, warn or error',
      ],
    ],
  ]);
});

describe("secrets", () => {
  checkRefusals([
    [
      "a key without quotes",
      router("authentication: {type: simple, key: 1111}"),
      [
        "7:41: virtual_routers[0].authentication.key: found a number; accepted: a text of 1 to 8 printable ASCII characters; put it in quotes",
      ],
    ],
    [
      "a key that is too long",
      router("authentication: {type: simple, key: hunter2hunter2}"),
      [
        "7:41: virtual_routers[0].authentication.key: found a text of 14 characters; accepted: a text of 1 to 8 printable ASCII characters",
      ],
    ],
    [
      "a key without a space after its colon",
      router("authentication: {type: simple, key:hunter2}"),
      [
        "7:5: virtual_routers[0].authentication.key: missing; accepted: a text of 1 to 8 printable ASCII characters",
        '7:36: virtual_routers[0].authentication["key:..."]: found an unknown key; put a space after the colon',
      ],
    ],
  ]);

  const smtp = "notifications:\n  smtp: {server: localhost, from: a@b.example, to: [c@d.example], ";
  for (const text of [
    router("authentication: PASS hunter2"),
    router("authentication: {type: simple, key: [hunter2]}"),
    router("authentication: {type: simple, kye: hunter2}"),
    `${shortest}${smtp}username: x, password: {a: hunter2}}\n`,
    `${shortest}${smtp}username: x, passwort: hunter2}\n`,
    `${shortest}${smtp}username: x, password: *hunter2}\n`,
    `${shortest}${smtp}username: x, password: !hunter2 x}\n`,
    `${shortest}${smtp}username: x, password: @hunter2}\n`,
    `${shortest}${smtp}username: x, password: "a"hunter2}\n`,
    `${shortest}${smtp}username: x, password: "\\hunter2"}\n`,
    `${shortest}${smtp}username: x, password: 'hunter2}\n`,
    `${shortest}${smtp}username: x, password: |hunter2}\n`,
    `${shortest}${smtp}username: x, password_file: hunter2}\n`,
    `${shortest}notifications:\n  smtp: smtp://gw:hunter2@mail.example.net\n`,
    `${shortest}notifications:\n  smtp:\n    password:hunter2\n`,
    `${shortest}notifications:\n  smtp:\n    password: |hunter2\n`,
    `${shortest}nginx: {probe: {url: "http://gw:hunter2@127.0.0.1/"}}\n`,
  ]) {
    test(`never shows the password in ${JSON.stringify(text.slice(shortest.length))}`, () => {
      const said = issueLines(text).join("\n");
      assert.notEqual(said, "");
      assert.doesNotMatch(said, /hunter|unter2/);
    });
  }
});
