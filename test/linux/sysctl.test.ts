import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { applySysctls, isInterfaceName, neededSysctls } from "#linux/sysctl.ts";
import { inPrivateNetwork, ip, testInPrivateNetwork } from "../support/netns.ts";

if (!inPrivateNetwork) {
  describe("the name of an interface", () => {
    for (const name of ["eth0", "eth0.100", "enp0s31f6", "wg-a_b", "..."]) {
      test(`may be ${name}`, () => assert.equal(isInterfaceName(name), true));
    }
    for (const name of ["", ".", "..", "../all", "eth0/x", "a b", "eth0:1", "a".repeat(16)]) {
      test(`may not be ${JSON.stringify(name)}`, () => assert.equal(isInterfaceName(name), false));
    }
    test("that is none does not get into a path", () => {
      const paths = neededSysctls(["../../kernel"]).map(({ path }) => path);
      assert.deepEqual(paths, [
        "net/ipv4/conf/all/promote_secondaries",
        "net/ipv4/ip_nonlocal_bind",
        "net/ipv6/ip_nonlocal_bind",
      ]);
    });
  });
  testInPrivateNetwork(import.meta.filename);
} else {
  describe("the settings of the kernel", () => {
    before(async () => {
      ip("link add gp.100 type veth peer name gpx");
      const needed = neededSysctls(["gp.100"]);
      await Promise.all(needed.map(({ path }) => writeFile(`/proc/sys/${path}`, "0")));
    });

    test("are set, also for an interface with a dot in its name", async () => {
      const file = "/proc/sys/net/ipv4/conf/gp.100/promote_secondaries";
      const outcomes = await applySysctls(neededSysctls(["gp.100"]));
      assert.deepEqual(new Set(outcomes.map(({ type }) => type)), new Set(["changed"]));
      assert.equal((await readFile(file, "utf8")).trim(), "1");
    });

    test("are left alone the second time", async () => {
      const outcomes = await applySysctls(neededSysctls(["gp.100"]));
      assert.deepEqual(new Set(outcomes.map(({ type }) => type)), new Set(["unchanged"]));
    });

    test("of an interface that is not there are absent", async () => {
      const outcomes = await applySysctls(neededSysctls(["gone0"]));
      const absent = outcomes.filter(({ type }) => type === "absent");
      assert.deepEqual(
        absent.map(({ path }) => path),
        ["net/ipv4/conf/gone0/promote_secondaries"],
      );
    });

    test("that the kernel refuses are told", async () => {
      const [outcome] = await applySysctls([{ path: "net/ipv4/ip_default_ttl", value: "9999" }]);
      assert.equal(outcome?.type === "failed" && outcome.code, "EINVAL");
    });

    test("on a read-only /proc/sys are told with what to do", async () => {
      execFileSync("mount", ["--bind", "/proc/sys", "/proc/sys"]);
      execFileSync("mount", ["-o", "remount,bind,ro", "/proc/sys"]);
      const [outcome] = await applySysctls([{ path: "net/ipv4/ip_default_ttl", value: "65" }]);
      assert.ok(outcome?.type === "failed");
      assert.equal(outcome.code, "EROFS");
      assert.match(outcome.message, /mounted read-only.*sysctl\.d/);
    });
  });
}
