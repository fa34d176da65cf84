import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

const units = join(import.meta.dirname, "../../systemd");

/** What systemd says that is not about our units: programs of the appliance, and newer settings. */
const expected = [
  /Command \/usr\/(local\/sbin|bin)\/gatepair is not executable/,
  /Unknown key '?ImportCredential'? in section/,
];

describe("the units", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-units-"));
    for (const name of await readdir(units)) {
      await copyFile(join(units, name), join(directory, name));
    }
  });
  after(() => rm(directory, { recursive: true }));

  test("say nothing that systemd does not understand", async () => {
    const names = await readdir(directory);
    assert.ok(names.length >= 5, names.join(" "));
    const args = ["verify", "--man=no", ...names.map((name) => join(directory, name))];
    const { stderr, error } = spawnSync("systemd-analyze", args, {
      encoding: "utf8",
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${directory}:` },
    });
    assert.equal(error, undefined);
    const complaints = stderr.split("\n").filter((line) => line.includes("gatepair"));
    const unexpected = complaints.filter((line) => !expected.some((each) => each.test(line)));
    assert.deepEqual(unexpected, []);
  });
});

describe("gatepair.service on the appliance", () => {
  const dropIn = "../image/mkosi.extra/usr/lib/systemd/system/gatepair.service.d/10-image.conf";

  /** What is started, by setting; an empty line forgets what was there before. */
  function programsOf(...texts: string[]): Record<string, string> {
    const lines = texts.flatMap((text) => text.split("\n"));
    const settings = lines.map((line) => /^(Exec\w+)=(.*)$/.exec(line)).filter((match) => match);
    const programs = new Map<string, string>();
    for (const match of settings) {
      const [, key = "", value = ""] = match ?? [];
      programs.set(key, value === "" ? "" : `${programs.get(key) ?? ""}${value}`);
    }
    return Object.fromEntries(programs);
  }

  test("starts the same commands, of the executable that is there", async () => {
    const unit = await readFile(join(units, "gatepair.service"), "utf8");
    const changed = programsOf(unit, await readFile(join(units, dropIn), "utf8"));
    const host = Object.entries(programsOf(unit));
    assert.ok(host.length > 1, host.join(" "));
    const expected = host.map(([key, value]) => [
      key,
      value.replace("/usr/local/sbin/gatepair", "/usr/bin/gatepair"),
    ]);
    assert.deepEqual(changed, Object.fromEntries(expected));
  });
});

/** The program of a unit that starts a shell, as the shell gets it (systemd.service(5)). */
async function readScript(unit: string): Promise<string> {
  const text = await readFile(join(units, unit), "utf8");
  const [, quoted = ""] = /^ExecStart=\/bin\/sh -euc '(.*)'$/m.exec(
    text.replaceAll(/\\\n\s*/g, " "),
  ) ?? [""];
  assert.notEqual(quoted, "");
  assert.doesNotMatch(quoted, /[%\\']/, "would be changed by systemd");
  return quoted.replaceAll("$$", "$");
}

describe("gatepair-fall-back.service", () => {
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gatepair-fall-back-"));
  });
  after(() => rm(directory, { recursive: true }));

  /** Runs it on a box that booted `booted` and has these UKIs; `systemctl` only says what it was told. */
  async function fallBack(booted: string, ukis: readonly string[]): Promise<string> {
    const box = await mkdtemp(join(directory, "box-"));
    const [efi, bin] = [join(box, "efi/EFI/Linux"), join(box, "bin")];
    await mkdir(efi, { recursive: true });
    await mkdir(bin);
    for (const uki of ukis) await writeFile(join(efi, uki), "");
    await writeFile(join(bin, "systemctl"), '#!/bin/sh\necho "systemctl $*"\n', { mode: 0o755 });
    const variable = join(box, "count-path");
    const path = Buffer.from(`\\EFI\\Linux\\${booted}\0`, "utf16le");
    await writeFile(variable, Buffer.concat([Buffer.from([6, 0, 0, 0]), path]));
    const script = (await readScript("gatepair-fall-back.service"))
      .replaceAll(/\/sys\/\S*LoaderBootCountPath-[-0-9a-f]*/g, variable)
      .replaceAll(" /efi/", ` ${box}/efi/`)
      .replaceAll(" /boot/", ` ${box}/boot/`);
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-euc", script], {
      encoding: "utf8",
      env,
    });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  test("reboots while there is another version that the boot loader may come to", async () => {
    const out = await fallBack("gatepair_2+2-1.efi", ["gatepair_1.efi", "gatepair_2+2-1.efi"]);
    assert.match(
      out,
      /rebooting, gatepair_1\.efi is there to fall back to\nsystemctl --no-block reboot\n$/,
    );
  });

  test("does not reboot a box that has this version only", async () => {
    const out = await fallBack("gatepair_2+2-1.efi", ["gatepair_2+2-1.efi"]);
    assert.match(out, /there is no other version to fall back to; no reboot\n$/);
  });

  test("does not reboot for a version that has failed itself", async () => {
    const out = await fallBack("gatepair_2+2-1.efi", ["gatepair_1+0-3.efi", "gatepair_2+2-1.efi"]);
    assert.match(out, /there is no other version/);
  });

  test("reboots after the last try, which the boot loader has counted already", async () => {
    const out = await fallBack("gatepair_2+0-3.efi", ["gatepair_1.efi", "gatepair_2+0-3.efi"]);
    assert.match(out, /gatepair_1\.efi is there to fall back to\nsystemctl --no-block reboot\n$/);
  });
});
