import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import type { IpAddress } from "#base/ip-address.ts";
import { FilterTable } from "#linux/packet-filter/table.ts";
import { notStarted, runBoundedProcess } from "#linux/programs/bounded-process.ts";
import { inPrivateNetwork, testInPrivateNetwork } from "../../support/netns.ts";

const file = "/run/packet-filter.nft";
const other = "add table inet other; add set inet other hosts { type ipv4_addr; }";

/** The addresses of 255 virtual routers: a listing of more than the usual few kilobytes. */
const refused = Array.from({ length: 255 }, (_, index) => {
  return { address: `192.0.2.${index}` as IpAddress, interfaceName: "eth0" };
});

function nft(text: string): string {
  return execFileSync("nft", [text], { encoding: "utf8" });
}

async function installed(): Promise<FilterTable> {
  nft("flush ruleset");
  const table = new FilterTable(file, refused, runBoundedProcess);
  assert.equal(await table.install(), undefined);
  return table;
}

function describeTable(): void {
  test("is intact while others change theirs, and packets are counted", async () => {
    const table = await installed();
    nft(other);
    nft("add element inet other hosts { 192.0.2.1 }");
    execFileSync("ip", ["address", "add", "192.0.2.1/32", "dev", "lo"]);
    assert.throws(() => execFileSync("ping", ["-c", "1", "-W", "0.2", "192.0.2.1"]));
    assert.match(nft("list table inet gatepair"), /counter packets 1 /);
    assert.equal(await table.isIntact(), true);
  });

  const changes = [
    "flush ruleset",
    "delete table inet gatepair",
    "flush table inet gatepair",
    "insert rule inet gatepair input accept",
    "add table inet gatepair { flags dormant; }",
  ];
  for (const change of changes) {
    test(`is not intact after "${change}", and is when it was installed again`, async () => {
      const table = await installed();
      nft(change);
      assert.equal(await table.isIntact(), false);
      assert.equal(await table.install(), undefined);
      assert.equal(await table.isIntact(), true);
    });
  }

  test("that nft cannot be asked about is neither", async () => {
    const answers = [notStarted("EAGAIN"), { ...notStarted("EAGAIN"), timedOut: true }];
    for (const answer of answers) {
      const table = new FilterTable(file, refused, async () => answer);
      assert.equal(await table.isIntact(), undefined);
    }
  });

  test("is removed with the file that says that it is there; others stay", async () => {
    const table = await installed();
    nft(other);
    assert.equal(await table.remove(), undefined);
    assert.equal(nft("list tables"), "table inet other\n");
    assert.equal(existsSync(file), false);
    assert.equal(await table.remove(), undefined);
  });
}

if (inPrivateNetwork) describe("the table of the packet filter", describeTable);
else testInPrivateNetwork(import.meta.filename);
