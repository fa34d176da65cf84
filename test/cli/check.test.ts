import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { check } from "#cli/check.ts";
import type { Command } from "#cli/command.ts";
import { schema } from "#cli/schema.ts";

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(command: Command, ...args: string[]): Promise<Outcome> {
  const written = { out: "", err: "" };
  const code = await command.run(args, {
    stdout: { write: (text: string) => (written.out += text) },
    stderr: { write: (text: string) => (written.err += text) },
  });
  return { code, ...written };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../config/fixtures/${name}.yaml`, import.meta.url));
}

describe("gatepair check", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-check-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  }

  test("a right pair", async () => {
    const [first, second] = [fixture("gw1"), fixture("gw2")];
    assert.deepEqual(await run(check, first, second), {
      code: 0,
      out: `${first}: ok\n${second}: ok\n2 files, 0 errors, 0 warnings\n`,
      err: "",
    });
  });

  test("scripts of checks are looked for on this host", async () => {
    const script = (name: string, command: string, user: string) =>
      `  - {name: ${name}, script: {command: [${command}], user: ${user}}}\n`;
    await mkdir(join(directory, "closed"), { mode: 0o750 });
    await chmod(directory, 0o755);
    const plain = await write("plain", "");
    const program = await write("closed/program", "");
    await chmod(program, 0o755);
    const checks = [
      script("good", "/bin/sh", "nobody"),
      script("plain", plain, "root"),
      script("closed", program, "nobody"),
      script("open", program, "root"),
      script("absent", join(directory, "absent"), "root"),
      script("nobodys", "/bin/sh", "no-such-user"),
    ];
    const names = ["good", "plain", "closed", "open", "absent", "nobodys"];
    const tracked = names.map((name) => `{name: ${name}}`).join(", ");
    const file = await write(
      "scripts.yaml",
      "version: 1\nvirtual_routers:\n  - name: web\n    vrid: 51\n    interface: lo\n" +
        `    addresses: [192.0.2.10/24]\n    track: {checks: [${tracked}]}\nchecks:\n${checks.join("")}`,
    );
    const { out, code } = await run(check, file);
    assert.equal(code, 0);
    const said = out.split("\n").filter((line) => line.includes("checks["));
    assert.deepEqual(
      said.map((line) => line.replaceAll(directory, "").replace(/^.*warning: /, "")),
      [
        'checks[1].script.command[0]: user "root" may not run it: see the mode of "/plain"',
        'checks[2].script.command[0]: user "nobody" may not run it: see the mode of "/closed"',
        'checks[4].script.command[0]: this host has no file "/absent" now',
        'checks[5].script.user: this host has no user "no-such-user" now',
      ],
    );
  });

  test("a pair with a warning is still a success", async () => {
    const [first, second] = [fixture("keepalived-like-gw1"), fixture("keepalived-like-gw2")];
    assert.deepEqual(await run(check, first, second), {
      code: 0,
      out:
        `${first}:9:15: warning: virtual_routers[0].priority: 100 is close to the 99 in ` +
        `${second}:9:15: when both start at once, this host is ahead by only 3.9 ms; 10 or more apart is safer\n` +
        `${first}: ok\n${second}: ok\n2 files, 0 errors, 1 warning\n`,
      err: "",
    });
  });

  test("files that do not fit each other", async () => {
    const outcome = await run(check, fixture("gw1"), fixture("keepalived-like-gw2"));
    assert.equal(outcome.code, 3);
    assert.match(outcome.out, /: virtual_routers\[0\]\.advertisement_interval: found 100ms, but /);
    assert.match(outcome.out, /\n2 files, 6 errors, 0 warnings\n$/);
  });

  test("mistakes of both files at once", async () => {
    const wrong = await write("wrong.yaml", "version: 3\n");
    assert.deepEqual(await run(check, wrong, wrong.replace("wrong", "./wrong")), {
      code: 3,
      out: [wrong, wrong.replace("wrong", "./wrong")]
        .flatMap((file) => [
          `${file}:1:1: virtual_routers: missing; accepted: a list of 1 to 255 entries\n`,
          `${file}:1:10: version: found the number 3; accepted: 1\n`,
        ])
        .concat("2 files, 4 errors, 0 warnings\n")
        .join(""),
      err: "",
    });
  });

  test("JSON with its schema version", async () => {
    const wrong = await write("wrong.yaml", "version: 3\nvirtual_routers: []\n");
    const { code, out } = await run(check, "--json", wrong);
    assert.equal(code, 3);
    assert.deepEqual(JSON.parse(out), {
      schema_version: 1,
      ok: false,
      files: [wrong],
      issues: [
        {
          severity: "error",
          file: wrong,
          line: 1,
          column: 10,
          path: "version",
          message: "found the number 3; accepted: 1",
        },
        {
          severity: "error",
          file: wrong,
          line: 2,
          column: 18,
          path: "virtual_routers",
          message: "found an empty list; accepted: a list of 1 to 255 entries",
        },
      ],
    });
  });

  test("what this host lacks is a warning, and an error only with --host", async () => {
    const text =
      "version: 1\nvirtual_routers: [{name: a, vrid: 1, interface: lo, addresses: [192.0.2.1]}]\n";
    const file = await write("lo.yaml", text);
    const [relaxed, strict] = [await run(check, file), await run(check, "--host", file)];
    assert.equal(relaxed.code, 0);
    assert.match(
      relaxed.out,
      /lo\.yaml:2:65: warning: virtual_routers\[0\]\.addresses\[0\]: found 192\.0\.2\.1\/32, which is in no subnet of lo /,
    );
    assert.equal(strict.code, 3);
    assert.match(strict.out, /lo\.yaml:2:65: virtual_routers\[0\]\.addresses\[0\]: found /);
  });

  test("files that cannot be read", async () => {
    const binary = await write("binary.yaml", Uint8Array.of(0x61, 0xff, 0xfe));
    const absent = join(directory, "absent.yaml");
    for (const [path, reason] of [
      [absent, "there is no such file"],
      [directory, "it is not a regular file"],
      ["/dev/zero", "it is not a regular file"],
      [binary, "the file is not UTF-8 text"],
    ] as const) {
      const outcome = { code: 1, out: "", err: `${path}: cannot read: ${reason}\n` };
      assert.deepEqual(await run(check, path), outcome);
    }
  });

  test("wrong usage", async () => {
    for (const args of [[], ["a", "b", "c"], ["--strict", "a"]]) {
      const { code, out, err } = await run(check, ...args);
      assert.equal(code, 2);
      assert.equal(out, "");
      assert.match(err, /^usage: gatepair check /);
    }
  });
});

describe("gatepair schema", () => {
  test("prints the JSON Schema", async () => {
    const { code, out } = await run(schema);
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { title: string }).title, "Gatepair configuration");
  });

  test("takes no arguments", async () => {
    const { code, out, err } = await run(schema, "x");
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^usage: gatepair schema\n/);
  });
});
