import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { neighbourOf, portOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary, gatepairCommand } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import type { Lab } from "../support/lab/lab.ts";
import { macAddressFor, ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import {
  waitUntilHeldOnlyBy,
  electionLimit,
  page1,
  page2,
  referenceTimers,
} from "./expectations.ts";

/** 00-00-5E-00-01-{VRID} (RFC 9568, 7.3), with the VRID 51 of the lab. */
const virtualMac = "00:00:5e:00:01:33";
const linkName = "gp4-51-eth0";
/** Not shorter ones: a role that moves because the machine is busy would be taken for ours. */
const options = { ...referenceTimers, router: { virtual_mac: true } };
const hostNames = ["gw1", "gw2"] as const;

interface LinkState {
  readonly flags: readonly string[];
  readonly address: string;
  readonly addr_info: readonly { readonly local: string }[];
}

/** The interface that has the virtual MAC address, as ip(8) shows it; undefined without one. */
async function virtualLinkOf(host: Host): Promise<LinkState | undefined> {
  const { code, stdout } = await host.run(["ip", "-json", "address", "show", "dev", linkName]);
  return code === 0 ? (JSON.parse(stdout) as LinkState[])[0] : undefined;
}

async function isUp(host: Host): Promise<boolean> {
  return (await virtualLinkOf(host))?.flags.includes("UP") === true;
}

async function waitUntilUpOnlyOn(lab: Lab, holder: "gw1" | "gw2"): Promise<void> {
  const what = `${linkName} up on ${holder} alone`;
  await until({ what, limit: electionLimit }, async () => {
    const up = await Promise.all(hostNames.map((name) => isUp(lab[name])));
    return hostNames.every((name, index) => up[index] === (name === holder));
  });
}

/** Starts the pair, and waits until the first host serves. */
async function startServing(t: TestContext) {
  const { lab, prober } = await labFor(t);
  const pair = await startPair(lab, options);
  await prober.waitFor(page1, electionLimit);
  await waitUntilUpOnlyOn(lab, "gw1");
  return { lab, prober, pair };
}

describe("a virtual MAC address", () => {
  test("stays in the client's table when the role moves, and the switch follows it", async (t) => {
    const { lab, prober } = await startServing(t);
    const capture = await startCapture(lab.switch);
    assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
    assert.equal(await portOf(lab.switch, virtualMac), "gw1");

    await gatepairCommand(lab.gw1, "failover");
    await prober.waitFor(page2, electionLimit);
    assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
    assert.equal(await portOf(lab.switch, virtualMac), "gw2");
    await waitUntilUpOnlyOn(lab, "gw2");
    await waitUntilHeldOnlyBy(lab, lab.gw2);

    const { advertisements, arps } = await capture.finish();
    const senders = new Set(
      advertisements.map(({ source, sourceMac }) => `${source} ${sourceMac}`),
    );
    const expected = [ownAddresses.gw1, ownAddresses.gw2].map((own) => `${own} ${virtualMac}`);
    assert.deepEqual(senders, new Set(expected));
    assert.ok(
      advertisements.every(({ checksumGood, timeToLive }) => checksumGood && timeToLive === 255),
    );
    const claims = arps.filter(({ sender }) => sender === virtualAddress);
    assert.ok(claims.length > 0);
    for (const { senderMac, sourceMac } of claims) {
      assert.deepEqual([senderMac, sourceMac], [virtualMac, virtualMac]);
    }
  });

  test("serves a client on after the power loss of the Active, without any ARP", async (t) => {
    const { lab, prober } = await startServing(t);
    lab.gw1.crash();
    await prober.waitFor(page2, electionLimit);
    assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
    assert.equal(await portOf(lab.switch, virtualMac), "gw2");
  });

  test("is the only one that answers for the address, and for no other", async (t) => {
    const { lab, prober } = await startServing(t);
    const capture = await startCapture(lab.switch);
    await lab.client.must(["ip", "neighbour", "flush", "dev", "eth0"]);
    const asked = [virtualAddress, ownAddresses.gw1, ownAddresses.gw2];
    for (const address of asked) await askFor(lab.client, address);
    // What leaves from the virtual address makes the host ask for the client, as whom?
    await lab.gw1.must(["ip", "neighbour", "flush", "dev", "eth0"]);
    await prober.waitFor(page1, electionLimit);

    const { arps } = await capture.finish();
    const answers = arps.filter(({ operation }) => operation === "reply");
    const answered = new Set(answers.map(({ sender, senderMac }) => `${sender} ${senderMac}`));
    for (const host of hostNames) {
      const own = ownAddresses[host];
      assert.ok(answered.has(`${own} ${macAddressFor(own)}`), own);
    }
    assert.ok(answered.has(`${virtualAddress} ${virtualMac}`));
    assert.ok(
      arps.some(
        ({ sender, target }) => sender === ownAddresses.gw1 && target === ownAddresses.client,
      ),
    );
    for (const { sender, senderMac } of arps) {
      assert.equal(
        senderMac === virtualMac,
        sender === virtualAddress,
        `${sender} at ${senderMac}`,
      );
    }
  });

  test("is answered for by no Backup", async (t) => {
    const { lab } = await labFor(t);
    // Backup for half a minute: nobody else is Active.
    const gateway = await startGateway(lab, "gw2", { ...options, interval: "10s" });
    await gateway.waitForRole("backup", electionLimit);
    const capture = await startCapture(lab.switch);
    for (const address of [virtualAddress, ownAddresses.gw2]) await askFor(lab.client, address);

    const { arps } = await capture.finish();
    assert.ok(arps.some(({ target }) => target === virtualAddress));
    assert.ok(arps.some(({ sender }) => sender === ownAddresses.gw2));
    assert.ok(!arps.some(({ sender }) => sender === virtualAddress));
    assert.equal(await isUp(lab.gw2), false);
    assert.deepEqual((await virtualLinkOf(lab.gw2))?.addr_info, []);
  });

  test("of a killed daemon has no address soon, and goes at the next start", async (t) => {
    const { lab, prober, pair } = await startServing(t);
    pair.gw1.process.kill("SIGKILL");
    await pair.gw1.process.exited;
    await lab.gw1.waitForAddress(virtualAddress, false, 6000);
    assert.deepEqual((await virtualLinkOf(lab.gw1))?.addr_info, []);
    await prober.waitFor(page2, electionLimit);
    assert.equal(await portOf(lab.switch, virtualMac), "gw2");

    const again = await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    await waitUntilUpOnlyOn(lab, "gw1");
    await again.stop();
    assert.equal(await virtualLinkOf(lab.gw1), undefined);
    await prober.waitFor(page2, electionLimit);
  });

  test("whose interface somebody removes moves to the peer, and comes back", async (t) => {
    const { lab, prober, pair } = await startServing(t);
    const capture = await startCapture(lab.switch);
    await lab.gw1.must(["ip", "link", "delete", linkName]);
    await prober.waitFor(page1, electionLimit);
    await pair.gw1.waitForRole("active", electionLimit);
    await waitUntilUpOnlyOn(lab, "gw1");
    const { advertisements } = await capture.finish();
    const given = advertisements.find(({ priority }) => priority === 0);
    assert.equal(given?.source, ownAddresses.gw1);
    assert.equal(given.sourceMac, virtualMac);
  });

  test("whose interface is set down by somebody is up again at once", async (t) => {
    const { lab, prober } = await startServing(t);
    await lab.gw1.must(["ip", "link", "set", linkName, "down"]);
    await waitUntilUpOnlyOn(lab, "gw1");
    await prober.waitFor(page1, electionLimit);
  });

  test("keeps the kernel's settings that it needs", async (t) => {
    const { lab } = await startServing(t);
    const settings = ["eth0", linkName].map((name) => `net.ipv4.conf.${name}.arp_ignore`);
    await lab.gw1.must(["sysctl", "-w", ...settings.map((setting) => `${setting}=0`)]);
    await until(
      { what: "the settings to be mended", limit: electionLimit, every: 200 },
      async () => {
        const values = await lab.gw1.must(["sysctl", "-n", ...settings]);
        return /^1\s+1\s*$/.test(values);
      },
    );
  });

  test("goes with its card, and comes back with it", async (t) => {
    const { lab, prober } = await startServing(t);
    lab.gw1.removeInterfaces();
    await prober.waitFor(page2, electionLimit);
    lab.gw1.addInterfaces();
    await prober.waitFor(page1, electionLimit);
    assert.equal(await neighbourOf(lab.client, virtualAddress), virtualMac);
    await waitUntilUpOnlyOn(lab, "gw1");
  });

  test("is cleaned up by `gatepair clean-up`", async (t) => {
    const { lab, pair } = await startServing(t);
    pair.gw1.process.kill("SIGKILL");
    await pair.gw1.process.exited;
    assert.notEqual(await virtualLinkOf(lab.gw1), undefined);
    await lab.gw1.must([gatepairBinary(), "clean-up"]);
    assert.equal(await virtualLinkOf(lab.gw1), undefined);
  });
});

/** Makes the host ask by ARP for an address. */
async function askFor(host: Host, address: string): Promise<void> {
  const script = `net.connect({ host: "${address}", port: 9 }).on("error", () => process.exit())
setTimeout(() => process.exit(), 1000)`;
  await host.run([process.execPath, "--eval", script]);
}
