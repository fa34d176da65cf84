import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { neighbourOf, portOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairCommand } from "../support/lab/gatepair.ts";
import {
  linkLocalAddresses,
  ownAddresses,
  virtualAddress,
  virtualAddresses6,
} from "../support/lab/names.ts";
import { startPair } from "../support/lab/pair.ts";
import { startProber } from "../support/lab/prober.ts";
import { electionLimit, page1, page2, referenceTimers } from "./expectations.ts";

/** 00-00-5E-00-01-{VRID} and 00-00-5E-00-02-{VRID} (RFC 9568, 7.3), with the VRID 51 of the lab. */
const virtualMac4 = "00:00:5e:00:01:33";
const virtualMac6 = "00:00:5e:00:02:33";
const [virtualLinkLocal, virtualGlobal] = virtualAddresses6;

const options = {
  ...referenceTimers,
  listen: ["80", "[::]:80"],
  router: { addresses: [virtualAddress, ...virtualAddresses6], virtual_mac: true },
};

async function startServing(t: TestContext) {
  const { lab, prober } = await labFor(t, { ipv6: true });
  const probers = [
    prober,
    startProber(lab.client, { address: virtualGlobal }),
    startProber(lab.client, { address: `${virtualLinkLocal}%eth0` }),
  ];
  t.after(() => probers.forEach((each) => each.stop()));
  const pair = await startPair(lab, options);
  const waitFor = async (page: string) => {
    for (const each of probers) await each.waitFor(page, electionLimit);
  };
  await waitFor(page1);
  return { lab, pair, waitFor };
}

describe("virtual MAC addresses of both families", () => {
  test("stay in the client's tables when the role moves", async (t) => {
    const { lab, waitFor } = await startServing(t);
    const capture = await startCapture(lab.switch);
    const known = async () => {
      const addresses = [virtualAddress, ...virtualAddresses6];
      return Promise.all(addresses.map((address) => neighbourOf(lab.client, address)));
    };
    assert.deepEqual(await known(), [virtualMac4, virtualMac6, virtualMac6]);
    assert.equal(await portOf(lab.switch, virtualMac6), "gw1");

    await gatepairCommand(lab.gw1, "failover");
    await waitFor(page2);
    assert.deepEqual(await known(), [virtualMac4, virtualMac6, virtualMac6]);
    assert.equal(await portOf(lab.switch, virtualMac6), "gw2");

    const { advertisements, arps, neighbors } = await capture.finish();
    const senders = advertisements.map(({ source, sourceMac }) => `${source} ${sourceMac}`);
    const expected = (["gw1", "gw2"] as const).flatMap((name) => [
      `${ownAddresses[name]} ${virtualMac4}`,
      `${linkLocalAddresses[name]} ${virtualMac6}`,
    ]);
    assert.deepEqual(new Set(senders), new Set(expected));
    assert.ok(advertisements.every(({ checksumGood }) => checksumGood));
    const claims = neighbors.filter(({ type }) => type === "advertisement");
    const ours = claims.filter(({ target }) => [...virtualAddresses6, ""].includes(target));
    assert.ok(ours.length > 0);
    for (const { sourceMac, linkLayerAddress } of ours) {
      assert.deepEqual([sourceMac, linkLayerAddress], [virtualMac6, virtualMac6]);
    }
    // Neither of the two interfaces answers for what is the other's.
    for (const { sender, senderMac } of arps) {
      assert.notEqual(senderMac, virtualMac6, sender);
      assert.equal(senderMac === virtualMac4, sender === virtualAddress, sender);
    }
    for (const { source, sourceMac } of neighbors) {
      const isVirtual = [virtualLinkLocal, virtualGlobal].some((address) => address === source);
      if (!isVirtual) assert.notEqual(sourceMac, virtualMac6, source);
    }
  });

  test("leave no address on the interface of a killed daemon", async (t) => {
    const { lab, pair, waitFor } = await startServing(t);
    pair.gw1.process.kill("SIGKILL");
    for (const address of virtualAddresses6) await lab.gw1.waitForAddress(address, false, 6000);
    await waitFor(page2);
    for (const name of ["gp4-51-eth0", "gp6-51-eth0"]) {
      const text = await lab.gw1.must(["ip", "-oneline", "address", "show", "dev", name]);
      assert.equal(text, "", name);
    }
  });
});
