import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, test } from "node:test";

import type { Command } from "#cli/command.ts";
import { config } from "#cli/config.ts";
import { firstboot } from "#cli/firstboot.ts";

import { gatepairSection } from "./documents.ts";
import { FakeHost } from "./volumes.ts";

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

const good = `#cloud-config\nhostname: gw1\n${gatepairSection}`;
const own =
  'version: 1\nvirtual_routers:\n  - {name: own, vrid: 7, vrrp_version: 2, interface: eth0, addresses: [192.0.2.7], authentication: {type: simple, key: "1111"}}\n';

describe("the command line", () => {
  let host: FakeHost;
  beforeEach(async () => {
    host = await FakeHost.make();
  });
  afterEach(() => host.remove());

  describe("gatepair firstboot", () => {
    test("puts a seed in force and reports it, for people and for programs", async () => {
      await host.plugFat("sda1", { "user-data": good });
      const { code, out } = await run(firstboot, "--root", host.root);
      assert.equal(code, 0);
      assert.match(
        out,
        /^gatepair firstboot: configuration from .*sda1 \(vfat, CIDATA\): user-data; applied$/m,
      );
      const report = await readFile(host.path("run/gatepair-firstboot/report.json"), "utf8");
      const { out: json } = await run(firstboot, "--once", "--json", "--root", host.root);
      assert.deepEqual(
        [JSON.parse(report), JSON.parse(json)].map(({ outcome }: { outcome: string }) => outcome),
        ["first", "unchanged"],
      );
    });

    test("leaves a mark while the box waits, on which the unit that waits depends", async () => {
      const mark = host.path("run/gatepair-firstboot/waiting");
      await run(firstboot, "--root", host.root);
      assert.ok(existsSync(mark));
      await host.plugFat("sda1", { "user-data": good });
      await run(firstboot, "--root", host.root);
      assert.ok(!existsSync(mark));
    });

    test("exits with 3 when the seed has errors", async () => {
      await host.plugFat("sda1", { "user-data": "hostnme: gw1" });
      const { code, out } = await run(firstboot, "--root", host.root);
      assert.equal(code, 3);
      assert.match(out, /user-data:1:1: hostnme: found an unknown key; did you mean "hostname"\?/);
    });

    test("waits for a volume with a right seed, and says what is wrong with one", async () => {
      let out = "";
      const stdout = {
        async write(text: string) {
          out += text;
          // Only when there was something to say about nothing, and about this volume.
          if (text.includes("no block devices")) {
            await host.plugFat("sda1", { "user-data": "hostnme: gw1" });
          } else if (text.includes("hostnme")) {
            await host.plugFat("sdb1", { "user-data": good });
          }
        },
      };
      const code = await firstboot.run(["--wait", "--root", host.root], { stdout, stderr: stdout });
      assert.equal(code, 0);
      assert.match(
        out,
        /waiting for a volume[\s\S]*hostnme: found an unknown key[\s\S]*sdb1.*; applied/,
      );
    });

    test("checks a directory anywhere, and changes nothing", async () => {
      await host.write("files/user-data", `${good}hostnme: x\n`);
      assert.deepEqual(await run(firstboot, "--check", host.path("files")), {
        code: 3,
        out: `user-data:7:1: hostnme: found an unknown key; did you mean "hostname"?\n${host.path("files")}: has errors\n`,
        err: "",
      });
      await host.write("files/user-data", good);
      assert.equal((await run(firstboot, "--check", host.path("files"))).code, 0);
      assert.equal((await run(firstboot, "--check", host.path("dev"))).code, 1);
    });

    test("refuses what it does not know", async () => {
      for (const args of [["now"], ["--once", "--wait"], ["--rot", "/"]]) {
        assert.equal((await run(firstboot, ...args)).code, 2);
      }
    });
  });

  describe("gatepair config", () => {
    const root = (): [string, string] => ["--root", host.root];

    test("shows the configuration in force without its passwords, and where it came from", async () => {
      assert.equal((await run(config, "show", ...root())).code, 1);
      await host.plugFat("sda1", { "user-data": good });
      await run(firstboot, ...root());
      const shown = await run(config, "show", ...root());
      assert.match(shown.out, /^# from the first-boot document\n[\s\S]*vrid: 51/);
      await host.write("own.yaml", own);
      await run(config, "apply", host.path("own.yaml"), ...root());
      const { out } = await run(config, "show", ...root());
      assert.match(out, /^# from `gatepair config apply`\n[\s\S]*key: \(not shown\)/);
      assert.doesNotMatch(out, /1111/);
    });

    test("applies a right file, and refuses one with errors", async () => {
      await host.write("own.yaml", own);
      const { code } = await run(config, "apply", host.path("own.yaml"), ...root());
      assert.equal(code, 0);
      await host.write("bad.yaml", own.replace("vrid: 7", "vrid: 700"));
      const refused = await run(config, "apply", host.path("bad.yaml"), ...root());
      assert.equal(refused.code, 3);
      assert.match(refused.err, /bad\.yaml:3:23: virtual_routers\[0\]\.vrid: found the number 700/);
      assert.equal(await readFile(host.path("etc/gatepair/config.yaml"), "utf8"), own);
    });

    test("refuses a first-boot document in a sentence", async () => {
      await host.write("user-data", good);
      const { code, err } = await run(config, "apply", host.path("user-data"), ...root());
      assert.equal(code, 3);
      assert.match(
        err,
        /found a first-boot document; accepted: the document below its key gatepair/,
      );
    });

    test("shows what a file would change", async () => {
      await host.write("own.yaml", own);
      await run(config, "apply", host.path("own.yaml"), ...root());
      assert.equal(
        (await run(config, "diff", host.path("own.yaml"), ...root())).out,
        "no change\n",
      );
      await host.write("new.yaml", own.replace("version: 1\n", "version: 1\nrouter_id: gw1\n"));
      const { out } = await run(config, "diff", host.path("new.yaml"), ...root());
      assert.match(out, /^ {2}version: 1\n\+ router_id: gw1\n {2}virtual_routers:\n/);
    });

    test("refuses what it does not know", async () => {
      for (const args of [[], ["apply"], ["show", "x"], ["undo", "x"], ["diff", "a", "b"]]) {
        assert.equal((await run(config, ...args)).code, 2);
      }
    });
  });
});
