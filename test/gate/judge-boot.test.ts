import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Config } from "#config/config.ts";
import { parseConfig } from "#config/parse-config.ts";
import { formatFinding, isSound, judgeBoot } from "#gate/judge-boot.ts";
import type { Box } from "#gate/judge-boot.ts";

function readConfig(nginx: string): Config {
  const router = "{name: web, vrid: 51, interface: eth0, addresses: [192.0.2.7]}";
  const { config } = parseConfig(`version: 1\nvirtual_routers: [${router}]\n${nginx}`, "config");
  assert.ok(config);
  return config;
}

const withNginx = readConfig("nginx: {config: /etc/nginx/nginx.conf}\n");

const sound: Box = {
  configFile: "/etc/gatepair/config.yaml",
  hasConfig: true,
  loadConfig: async () => ({ type: "usable", config: withNginx, issues: [] }),
  waitForDaemon: async () => undefined,
  testNginx: async () => ({ ok: true, output: "" }),
};

async function judge(differences: Partial<Box>): Promise<{ ok: boolean; lines: string[] }> {
  const findings = await judgeBoot({ ...sound, ...differences });
  return { ok: isSound(findings), lines: findings.flatMap(formatFinding) };
}

function neverAsked(): never {
  throw new Error("asked although there is no reason to");
}

describe("the health gate", () => {
  test("passes a box whose daemon answers and whose nginx accepts its configuration", async () => {
    assert.deepEqual(await judge({}), {
      ok: true,
      lines: [
        "configuration: ok: this version reads /etc/gatepair/config.yaml",
        "daemon: ok: it answers",
        "nginx: ok: the test of /etc/nginx/nginx.conf passed",
      ],
    });
  });

  test("passes a box that waits for its configuration, where no daemon runs", async () => {
    const box = { hasConfig: false, waitForDaemon: neverAsked, testNginx: neverAsked };
    assert.deepEqual(await judge(box), {
      ok: true,
      lines: ["configuration: ok: there is none yet, the box waits for it"],
    });
  });

  test("refuses a version that cannot read the configuration, with each error at its place", async () => {
    const file = "/etc/gatepair/config.yaml";
    const issue = { severity: "error", file, line: 3, column: 5, path: "nginx.on_exit" } as const;
    const { ok, lines } = await judge({
      loadConfig: async () => ({
        type: "wrong",
        issues: [
          { ...issue, message: "found 7" },
          { ...issue, line: 4, message: "found 8" },
        ],
      }),
      waitForDaemon: neverAsked,
    });
    assert.equal(ok, false);
    assert.deepEqual(lines, [
      `configuration: failed: ${file}:3:5: nginx.on_exit: found 7`,
      `configuration: failed: ${file}:4:5: nginx.on_exit: found 8`,
    ]);
  });

  test("refuses a configuration that cannot be read from the disk", async () => {
    const problem = "cannot read: permission denied";
    const { ok, lines } = await judge({
      loadConfig: async () => ({ type: "unreadable", problem }),
    });
    assert.equal(ok, false);
    assert.deepEqual(lines, [`configuration: failed: /etc/gatepair/config.yaml: ${problem}`]);
  });

  test("refuses a box whose daemon does not answer, and still says how nginx is", async () => {
    const { ok, lines } = await judge({ waitForDaemon: async () => "no daemon answers" });
    assert.equal(ok, false);
    assert.deepEqual(lines.slice(1), [
      "daemon: failed: no daemon answers",
      "nginx: ok: the test of /etc/nginx/nginx.conf passed",
    ]);
  });

  test("refuses what nginx refuses, in nginx's words", async () => {
    const output = 'nginx: [emerg] unknown directive "lsten"\n\nnginx: test failed';
    const { ok, lines } = await judge({ testNginx: async () => ({ ok: false, output }) });
    assert.equal(ok, false);
    assert.deepEqual(lines.slice(2), [
      'nginx: failed: nginx: [emerg] unknown directive "lsten"',
      "nginx: failed: nginx: test failed",
    ]);
  });

  test("refuses an nginx that fails without a word", async () => {
    const { ok, lines } = await judge({ testNginx: async () => ({ ok: false, output: "" }) });
    assert.equal(ok, false);
    assert.equal(lines[2], "nginx: failed: the test of /etc/nginx/nginx.conf failed");
  });

  test("does not hold a missing DNS against this version", async () => {
    const output =
      'nginx: [emerg] host not found in upstream "app.example.net" in /etc/nginx.conf:7';
    const { ok, lines } = await judge({ testNginx: async () => ({ ok: false, output }) });
    assert.equal(ok, true);
    assert.match(lines[2] ?? "", /^nginx: ok: .* names a host that DNS does not know now$/);
  });

  test("asks nothing of an nginx that gatepair does not run", async () => {
    const config = readConfig("");
    const { ok, lines } = await judge({
      loadConfig: async () => ({ type: "usable", config, issues: [] }),
      testNginx: neverAsked,
    });
    assert.equal(ok, true);
    assert.equal(lines[2], "nginx: ok: not run by gatepair");
  });
});
