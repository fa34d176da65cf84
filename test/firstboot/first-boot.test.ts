import assert from "node:assert/strict";
import { chmod, lstat, readFile, readlink, readdir, stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, test } from "node:test";

import { activationCommands } from "#firstboot/apply/activate.ts";
import { readConfigInForce, replaceConfig } from "#firstboot/change-config.ts";
import { runFirstBoot } from "#firstboot/first-boot.ts";
import type { FirstBoot } from "#firstboot/first-boot.ts";
import { formatReport, toReportJson } from "#firstboot/report.ts";

import { certificate, gatepairSection, hash, key } from "./documents.ts";
import { FakeHost } from "./volumes.ts";

const good = `#cloud-config\nhostname: gw1\n${gatepairSection}`;

describe("first boot", () => {
  let host: FakeHost;
  beforeEach(async () => {
    host = await FakeHost.make();
    await host.write(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n",
    );
    await host.write("etc/group", "root:x:0:\nshadow:x:42:\nwww-data:x:33:\n");
    await host.write("etc/shadow", "root:*:::::::\n");
  });
  afterEach(() => host.remove());

  async function boot(files?: Readonly<Record<string, string>>): Promise<FirstBoot> {
    if (files !== undefined) {
      await host.unplug("sda1").catch(() => {});
      await host.plugFat("sda1", files);
    }
    return runFirstBoot(host.root, host.places);
  }

  const read = (path: string): Promise<string> => readFile(host.path(path), "utf8");

  test("writes what user-data, meta-data and network-config ask for", async () => {
    const run = await boot({
      "user-data": `#cloud-config
fqdn: gw1.example.net
users:
  - {name: ops, ssh_authorized_keys: ["${key}"], hashed_passwd: "${hash}", lock_passwd: false}
timezone: Europe/Rome
ntp: {servers: [192.0.2.123]}
ca_certs: {trusted: ["${certificate.replaceAll("\n", "\\n")}"]}
write_files:
  - {path: /etc/nginx/conf.d/a.conf, content: "server {}", owner: "root:www-data", permissions: "0640"}
  - {path: /var/www/logo, content: /v8=, encoding: b64}
${gatepairSection}`,
      "meta-data": "instance-id: one\nlocal-hostname: other\n",
      "network-config": "version: 2\nethernets: {eth0: {addresses: [192.0.2.2/24]}}\n",
    });
    assert.deepEqual([run.outcome, run.issues, run.problems], ["first", [], []]);
    assert.equal(await read("etc/hostname"), "gw1\n");
    assert.match(await read("etc/hosts"), /^127\.0\.1\.1 gw1\.example\.net gw1$/m);
    assert.equal(await readlink(host.path("etc/localtime")), "../usr/share/zoneinfo/Europe/Rome");
    assert.match(
      await read("etc/systemd/timesyncd.conf.d/50-gatepair.conf"),
      /^NTP=192\.0\.2\.123$/m,
    );
    assert.match(await read("etc/ssl/certs/ca-certificates.crt"), /BEGIN CERTIFICATE/);
    assert.match(
      await read("etc/systemd/network/10-gatepair-eth0.network"),
      /^Address=192\.0\.2\.2\/24$/m,
    );
    assert.match(await read("etc/gatepair/config.yaml"), /^virtual_routers:$/m);
    assert.equal((await stat(host.path("etc/gatepair/config.yaml"))).mode & 0o777, 0o600);
    assert.equal(await read("etc/nginx/conf.d/a.conf"), "server {}");
    const { mode, gid } = await stat(host.path("etc/nginx/conf.d/a.conf"));
    assert.deepEqual([mode & 0o777, gid], [0o640, 33]);
    assert.deepEqual(await readFile(host.path("var/www/logo")), Buffer.from([0xfe, 0xff]));
  });

  test("adds the administrator with key, password and sudo, and leaves root locked", async () => {
    await boot({
      "user-data": `users: [{name: ops, ssh_authorized_keys: ["${key}"], passwd: "${hash}", lock_passwd: no}]`,
    });
    assert.match(await read("etc/passwd"), /^ops:x:1000:1000::\/home\/ops:\/bin\/bash$/m);
    assert.match(await read("etc/group"), /^ops:x:1000:$/m);
    assert.ok((await read("etc/shadow")).includes(`\nops:${hash}:::::::\n`));
    assert.match(await read("etc/shadow"), /^root:\*:/);
    assert.equal(await read("etc/ssh/authorized_keys.d/ops"), `${key}\n`);
    assert.match(
      await read("etc/ssh/sshd_config.d/50-gatepair.conf"),
      /^PasswordAuthentication no$/m,
    );
    assert.match(await read("etc/sudoers.d/50-gatepair"), /^ops ALL=/m);
    const home = await stat(host.path("home/ops"));
    assert.deepEqual([home.mode & 0o777, home.uid], [0o700, 1000]);
    await runFirstBoot(host.root, host.places);
    assert.equal((await read("etc/passwd")).match(/^ops:/gm)?.length, 1);
  });

  test("without keys leaves the SSH server without its settings, which keep it off", async () => {
    await boot({ "user-data": "hostname: gw1" });
    await assert.rejects(stat(host.path("etc/ssh")), { code: "ENOENT" });
  });

  test("without anything takes DHCP and waits", async () => {
    const run = await boot();
    assert.equal(run.outcome, "waiting");
    assert.match(await read("etc/systemd/network/90-gatepair-default.network"), /^DHCP=yes$/m);
    assert.match(
      await read("etc/systemd/networkd.conf.d/50-gatepair.conf"),
      /^ManageForeignRoutes=no$/m,
    );
  });

  test("with errors and nothing earlier says them and waits", async () => {
    const run = await boot({ "user-data": "hostnme: gw1", "network-config": "version: 9" });
    assert.equal(run.outcome, "waiting");
    assert.deepEqual(
      run.issues.map(({ file, line }) => `${file}:${line}`),
      ["user-data:1", "network-config:1"],
    );
    assert.deepEqual(await readdir(host.path("etc/systemd/network")), [
      "90-gatepair-default.network",
    ]);
    await assert.rejects(stat(host.path("etc/hostname")), { code: "ENOENT" });
  });

  test("a volume plugged in later replaces what waiting wrote", async () => {
    await boot();
    const run = await boot({ "network-config": "version: 2\nethernets: {eth0: {dhcp4: true}}" });
    assert.equal(run.outcome, "first");
    assert.deepEqual(await readdir(host.path("etc/systemd/network")), ["10-gatepair-eth0.network"]);
  });

  test("notices by their hashes that files are the same, or changed", async () => {
    assert.equal((await boot({ "user-data": good })).outcome, "first");
    assert.equal((await boot()).outcome, "unchanged");
    const changed = await boot({ "user-data": good.replace("gw1", "gw9") });
    assert.equal(changed.outcome, "changed");
    assert.equal(await read("etc/hostname"), "gw9\n");
  });

  test("keeps the last good configuration when the volume is gone", async () => {
    await boot({ "user-data": good });
    await host.unplug("sda1");
    await host.write("etc/hostname", "");
    const run = await boot();
    assert.equal(run.outcome, "kept");
    assert.equal(await read("etc/hostname"), "gw1\n");
    assert.match(
      formatReport(run),
      /the last good configuration stays in force: .*sda1 \(vfat, CIDATA\) \(applied 20/,
    );
  });

  test("keeps the last good configuration when a changed file has errors, and says them", async () => {
    await boot({ "user-data": good });
    const run = await boot({ "user-data": `${good}runcmd: [ls]\n` });
    assert.equal(run.outcome, "kept");
    assert.equal(await read("etc/hostname"), "gw1\n");
    const report = formatReport(run);
    assert.match(report, /user-data; NOT APPLIED because of errors/);
    assert.match(report, /user-data:7:1: runcmd: found runcmd; an appliance runs no commands/);
    assert.equal((await boot({ "user-data": good })).outcome, "unchanged");
  });

  test("a damaged memory of the last good configuration is said, and is none", async () => {
    await boot({ "user-data": good });
    await host.write("var/lib/gatepair/firstboot/last-good.json", "{");
    const run = await boot();
    assert.equal(run.outcome, "first");
    assert.match(run.problems.join(), /^the last good configuration cannot be read: /);
  });

  test("what cannot be written is said, and does not keep the rest from being written", async () => {
    const files = {
      "user-data": `write_files: [{path: /etc/nginx/a, owner: nobody-here}]\n${good}`,
    };
    const run = await boot(files);
    assert.deepEqual(run.problems, [
      "cannot write /etc/nginx/a: this system has no nobody-here:nobody-here",
    ]);
    assert.equal(await read("etc/hostname"), "gw1\n");
  });

  test("what is appended is appended once", async () => {
    await host.write("etc/nginx/list", "one\n");
    const files = {
      "user-data": 'write_files: [{path: /etc/nginx/list, content: "two\\n", append: true}]',
    };
    await boot(files);
    await boot();
    assert.equal(await read("etc/nginx/list"), "one\ntwo\n");
  });

  test("the memory of the last good configuration is for root alone", async () => {
    await boot({ "user-data": good });
    const { mode } = await lstat(host.path("var/lib/gatepair/firstboot/last-good.json"));
    assert.equal(mode & 0o777, 0o600);
  });

  test("a power state acts once, with the configuration that brought it", async () => {
    const files = { "user-data": "hostname: gw1\npower_state: {mode: poweroff}\n" };
    const first = await boot(files);
    assert.deepEqual(activationCommands(first, false), [["systemctl", "--no-block", "poweroff"]]);
    assert.deepEqual(activationCommands(await boot(), false), []);
  });

  test("a name for a NIC is given before the network starts, the rest when it runs already", async () => {
    const run = await boot({
      "network-config":
        'version: 2\nethernets: {lan: {match: {macaddress: "52:54:00:00:00:01"}, set-name: eth0, dhcp4: true}}',
    });
    const names = ["udevadm", "trigger", "--action=add", "--subsystem-match=net", "--settle"];
    assert.deepEqual(activationCommands(run, false), [names]);
    assert.deepEqual(activationCommands(run, true)[0], names);
    assert.ok(activationCommands(run, true).length > 1);
  });

  test("the host name comes from user-data, then meta-data, then the SMBIOS serial", async () => {
    await host.write("sys/class/dmi/id/product_serial", "ds=nocloud;h=smbios\n");
    assert.equal(
      (await boot({ "user-data": "hostname: mine", "meta-data": "local-hostname: meta" })).hostname,
      "mine",
    );
    assert.equal(
      (await boot({ "user-data": "timezone: UTC", "meta-data": "local-hostname: meta" })).hostname,
      "meta",
    );
    assert.equal((await boot({ "user-data": "timezone: UTC" })).hostname, "smbios");
  });

  describe("beside `gatepair config apply`", () => {
    const own =
      "version: 1\nvirtual_routers: [{name: own, vrid: 7, interface: eth0, addresses: [192.0.2.7]}]\n";
    const inForce = (): Promise<string> => read("etc/gatepair/config.yaml");

    test("the applied configuration holds at the next boot", async () => {
      await boot({ "user-data": good });
      await replaceConfig(host.root, own);
      const run = await boot();
      assert.equal(run.config.type, "own");
      assert.equal(await inForce(), own);
      assert.deepEqual(await readConfigInForce(host.root), { text: own, from: "apply" });
    });

    test("it holds when another part of user-data changes", async () => {
      await boot({ "user-data": good });
      await replaceConfig(host.root, own);
      await boot({ "user-data": good.replace("gw1", "gw2") });
      assert.equal(await inForce(), own);
    });

    test("it gives way when the section gatepair changes later, is kept aside, and that is said", async () => {
      await boot({ "user-data": good });
      await replaceConfig(host.root, own);
      const run = await boot({ "user-data": good.replace("51", "52") });
      assert.match(await inForce(), /vrid: 52/);
      assert.match(
        formatReport(run),
        /the section gatepair changed, and replaces .*own\.json\.superseded/,
      );
      assert.equal((await boot()).config.type, "seed");
      assert.deepEqual((await readConfigInForce(host.root)).from, "first-boot");
    });

    test("it holds on a box without a first-boot document", async () => {
      await replaceConfig(host.root, own);
      const run = await boot();
      assert.deepEqual([run.outcome, run.config.type], ["waiting", "own"]);
      assert.equal(await inForce(), own);
    });
  });

  test("the report names what was used, ignored and not used", async () => {
    const run = await boot({
      "user-data": "hostname: gw1\npackage_upgrade: true\n",
      "meta-data": "instance-id: one\nplatform: x\n",
      "vendor-data": "#cloud-config\nruncmd: [ls]\n",
    });
    const device = host.path("dev/sda1");
    assert.equal(
      formatReport(run),
      [
        `configuration from ${device} (vfat, CIDATA): user-data, meta-data, vendor-data; applied`,
        "note: vendor-data was read; nothing of it is used",
        "note: there is no section gatepair: this box serves no virtual address",
        "without effect: user-data: package_upgrade, meta-data: platform",
        "looked at:",
        "  SMBIOS serial: does not name NoCloud",
        "  kernel command line: does not name NoCloud",
        `  ${device} (vfat, CIDATA): user-data, meta-data, vendor-data`,
        "  systemd credentials: no configuration",
        "",
      ]
        .map((line) => (line === "" ? "" : `gatepair firstboot: ${line}`))
        .join("\n"),
    );
    const json = JSON.parse(toReportJson(run)) as Record<string, unknown>;
    assert.deepEqual(
      [json["schema_version"], json["outcome"], json["hostname"]],
      [1, "first", "gw1"],
    );
  });

  test("a credential may be the whole configuration", async () => {
    const text =
      "# by hand\nversion: 1\nvirtual_routers: [{name: web, vrid: 1, interface: eth0, addresses: [192.0.2.1]}]\n";
    await host.write("run/credentials/@system/gatepair.config", text);
    await chmod(host.path("run/credentials/@system/gatepair.config"), 0o400);
    assert.deepEqual((await boot()).issues, []);
    assert.equal(await read("etc/gatepair/config.yaml"), text);
  });

  test("a credential with errors is refused with its lines", async () => {
    await host.write("run/credentials/@system/gatepair.config", "version: 1\nvirtual_router: []\n");
    const run = await boot();
    assert.equal(run.outcome, "waiting");
    assert.match(
      formatReport(run),
      /gatepair\.config:2:1: virtual_router: found an unknown key; did you mean "virtual_routers"\?/,
    );
  });
});
