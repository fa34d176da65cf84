import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, test } from "node:test";
import { RulesetWatch } from "#linux/packet-filter/ruleset-watch.ts";
import { eventually, inPrivateNetwork, testInPrivateNetwork } from "../../support/netns.ts";

function nft(...commands: string[]): void {
  execFileSync("nft", ["-f", "-"], { input: commands.join("\n") });
}

/** Thousands of changes, one at a time as far as the kernel is concerned. */
function addElements(count: number): void {
  const elements = Array.from({ length: count }, (_, index) => {
    return `add element inet busy hosts { 10.0.${index >> 8}.${index & 255} }`;
  });
  nft("add table inet busy; add set inet busy hosts { type ipv4_addr; }", ...elements);
}

const watches: RulesetWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
});

function openWatch() {
  const watch = new RulesetWatch();
  watches.push(watch);
  assert.equal(watch.open(), undefined);
  assert.equal(watch.open(), undefined);
  const heard = { changes: 0 };
  const listen = () => void watch.nextChange().then(() => heard.changes++);
  return { watch, heard, listen };
}

function describeWatch(): void {
  test("tells the first change after it was asked, and the next when asked again", async () => {
    const { heard, listen } = openWatch();
    nft("add table inet one");
    listen();
    await sleep(50);
    assert.equal(heard.changes, 0);
    nft("flush ruleset");
    await eventually(() => heard.changes === 1);
    nft("add table inet two");
    await sleep(50);
    listen();
    await sleep(50);
    assert.equal(heard.changes, 1);
    nft("flush ruleset");
    await eventually(() => heard.changes === 2);
  });

  test("tells one change when there are more than its buffer holds, and goes on", async () => {
    const { heard, listen } = openWatch();
    for (let round = 1; round <= 3; round++) {
      listen();
      addElements(5000);
      await eventually(() => heard.changes === round);
      await sleep(50);
      assert.equal(heard.changes, round);
    }
  });

  test("is silent once it is closed", async () => {
    const { watch, heard, listen } = openWatch();
    listen();
    watch.close();
    watch.close();
    nft("add table inet three");
    await sleep(50);
    assert.equal(heard.changes, 0);
  });
}

if (inPrivateNetwork) describe("a watch on nftables", describeWatch);
else testInPrivateNetwork(import.meta.filename);
