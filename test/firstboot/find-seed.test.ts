import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";

import { findSeed } from "#firstboot/seed/find-seed.ts";
import type { SeedFiles } from "#firstboot/seed/seed.ts";

import { FakeHost } from "./volumes.ts";

const files = {
  "user-data": "#cloud-config\nhostname: gw1\n",
  "meta-data": "instance-id: one\n",
  "network-config": "version: 2\n",
};

function textsOf(found: SeedFiles | undefined): Record<string, string> {
  const entries = Object.entries(found ?? {}).map(([part, { bytes }]) => [
    part,
    Buffer.from(bytes).toString(),
  ]);
  return Object.fromEntries(entries);
}

describe("a seed is found", () => {
  let host: FakeHost;
  beforeEach(async () => {
    host = await FakeHost.make();
  });
  afterEach(() => host.remove());

  async function found(): Promise<Record<string, string>> {
    return textsOf((await findSeed(host.places)).seed?.files);
  }

  async function look(place: string): Promise<string | undefined> {
    const { looks } = await findSeed(host.places);
    return looks.find((each) =>
      each.place.startsWith(place.startsWith("/") ? host.path(place) : place),
    )?.found;
  }

  for (const bits of ["12", "16", "32"]) {
    test(`on a stick with FAT${bits}`, async () => {
      await host.plugFat("sda1", files, ["-F", bits, "-n", "CIDATA"]);
      assert.deepEqual(await found(), files);
    });
  }

  test("on a whole disk with a label in lower case", async () => {
    await host.plugFat("sda", files, ["-n", "cidata"]);
    assert.deepEqual(await found(), files);
  });

  test("whose files are larger than a cluster and lie in pieces", async () => {
    const large = `#cloud-config\n# ${"x".repeat(300_000)}\nhostname: gw1\n`;
    await host.plugFat("sda", { other: "y".repeat(100_000), "user-data": large, "meta-data": "" });
    assert.deepEqual(await found(), { "user-data": large, "meta-data": "" });
  });

  for (const [name, options] of Object.entries({
    "Rock Ridge, as Proxmox makes it": ["-R", "-V", "cidata"],
    "Joliet and Rock Ridge, as Terraform's libvirt provider makes it": ["-J", "-r", "-V", "cidata"],
    "Joliet alone": ["-J", "-V", "CIDATA"],
  })) {
    test(`on a disc with ${name}`, async () => {
      await host.plugIso("sr0", files, options);
      assert.deepEqual(await found(), files);
    });
  }

  test("on a disc that xorriso made, as Packer calls it", async () => {
    await host.plugIso(
      "sr0",
      files,
      ["-V", "cidata", "-J", "-R"],
      ["xorriso", "-as", "mkisofs", "-quiet"],
    );
    assert.deepEqual(await found(), files);
  });

  test("on a disc with mangled names, and that is said", async () => {
    await host.plugIso("sr0", files, ["-V", "CIDATA"]);
    assert.deepEqual(await found(), files);
    assert.equal(
      await look("/dev/sr0"),
      "USER_DAT, META_DAT, NETWORK_; taken: USER_DAT for user-data, META_DAT for meta-data, " +
        "NETWORK_ for network-config; the volume was made without long names (Rock Ridge, Joliet)",
    );
  });

  test("in what cloud-localds writes, disc and disk", async () => {
    await host.plugCloudLocalds("sr0", files, []);
    assert.deepEqual(await found(), files);
    await host.unplug("sr0");
    const { "network-config": _network, ...two } = files;
    await host.plugCloudLocalds("vdb", two, ["-f", "vfat"]);
    assert.deepEqual(await found(), two);
  });

  test("without meta-data, and with network-config alone", async () => {
    await host.plugFat("sda", { "network-config": "version: 2\n" });
    assert.deepEqual(await found(), { "network-config": "version: 2\n" });
  });

  test("but not in empty files, comments, or the shipped example", async () => {
    await host.plugFat("sda", {
      "user-data": "\r\n",
      "meta-data": "",
      "user-data.example": "hostname: x",
    });
    assert.deepEqual(await found(), {});
    assert.equal(await look("/dev/sda"), "user-data (empty), meta-data (empty)");
  });

  test("but not under a wrong name, which is said", async () => {
    await host.plugFat("sda", { "user-data.txt": "hostname: x" });
    assert.equal(
      await look("/dev/sda"),
      "no configuration; user-data.txt is not used: the file must be called user-data",
    );
  });

  test("but not on volumes with another label or another file system", async () => {
    await host.plugFat("sda", files, ["-n", "STICK"]);
    await host.write("dev/sdb", new Uint8Array(65_536));
    await host.plug("sdb");
    assert.deepEqual(await found(), {});
    assert.equal(await look("/dev/sda"), 'vfat with the label "STICK"');
    assert.equal(await look("/dev/sdb"), "no vfat or iso9660");
  });

  test("on the last of several volumes by name, and the others are named", async () => {
    await host.plugFat("sda1", { "user-data": "hostname: first" });
    await host.plugFat("sdb1", { "user-data": "hostname: second" });
    assert.deepEqual(await found(), { "user-data": "hostname: second" });
    assert.equal(await look("/dev/sda1"), "user-data; not used");
  });

  test("where the SMBIOS serial points, before any volume", async () => {
    await host.plugFat("sda1", files);
    await host.write("seed/user-data", "hostname: smbios");
    await host.write(
      "sys/class/dmi/id/product_serial",
      `ds=nocloud;h=gw7;i=seven;s=file://${host.path("seed")}/\n`,
    );
    const { seed } = await findSeed(host.places);
    assert.deepEqual(textsOf(seed?.files), { "user-data": "hostname: smbios" });
    assert.equal(seed?.hostname, "gw7");
    assert.equal(seed?.instanceId, "seven");
  });

  test("on a volume when the SMBIOS serial asks for one over http, which is refused", async () => {
    await host.plugFat("sda1", files);
    await host.write("sys/class/dmi/id/product_serial", "ds=nocloud;s=http://192.0.2.1:8000/\n");
    assert.deepEqual(await found(), files);
    assert.equal(
      await look("SMBIOS serial"),
      "ds=nocloud; a seed over http is not fetched: give the files on a volume labelled CIDATA, or as systemd credentials",
    );
  });

  test("where the command line points, in quotes", async () => {
    await host.write("seed/user-data", "hostname: line");
    await host.write("proc/cmdline", `quiet "ds=nocloud;s=${host.path("seed")}/" ro\n`);
    assert.deepEqual(await found(), { "user-data": "hostname: line" });
  });

  test("in systemd's credentials, after every volume", async () => {
    await host.write("run/credentials/@system/gatepair.config", "version: 1\n");
    await host.write("run/credentials/@system/gatepair.network-config", "version: 2\n");
    assert.deepEqual(await found(), {
      "gatepair.config": "version: 1\n",
      "network-config": "version: 2\n",
    });
    await host.plugFat("sda1", files);
    assert.deepEqual(await found(), files);
    assert.equal(
      await look("systemd credentials"),
      "gatepair.config, gatepair.network-config; not used",
    );
  });

  test("nowhere, and every place is named", async () => {
    const { seed, looks } = await findSeed(host.places);
    assert.equal(seed, undefined);
    assert.deepEqual(looks, [
      { place: "SMBIOS serial", found: "does not name NoCloud" },
      { place: "kernel command line", found: "does not name NoCloud" },
      { place: "volumes", found: "no block devices" },
      { place: "systemd credentials", found: "no configuration" },
    ]);
  });
});
