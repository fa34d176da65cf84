import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import type { Host } from "../support/lab/host.ts";
import { macAddressFor, ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { monotonicNow, sleep } from "../support/lab/time.ts";
import { electionLimit, fastInterval, fastTimers, page1 } from "./expectations.ts";

/** Makes the host ask by broadcast for an address that nobody has, from an address of its own. */
async function sendFrom(host: Host, localAddress: string): Promise<void> {
  const options = JSON.stringify({ host: "172.16.178.200", port: 9, localAddress });
  const script = `net.connect(${options}).on("error", () => undefined)`;
  await host.run([process.execPath, "--eval", script]);
}

describe("a virtual address", () => {
  test("that somebody deletes is back at once, and announced on the wire", async (t) => {
    const { lab, prober } = await labFor(t);
    await startPair(lab, fastTimers);
    await prober.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);
    await sleep(1000); // the announcements of the election are over

    const event = monotonicNow();
    await lab.gw1.must(["ip", "address", "delete", `${virtualAddress}/32`, "dev", "eth0"]);
    await lab.gw1.waitForAddress(virtualAddress, true, electionLimit);
    const outage = await prober.outageSince(event);
    assert.deepEqual(outage.pages, [page1]);
    assert.ok(outage.longestGap < 1000, `away for ${outage.longestGap} ms`);
    const { arps } = await capture.finish();
    const announced = arps.find((arp) => arp.at >= event && arp.sender === virtualAddress);
    assert.equal(announced?.target, virtualAddress);
    assert.equal(announced?.senderMac, macAddressFor(ownAddresses.gw1));
  });

  test("that another host uses is reported, and adverts go on", async (t) => {
    const { lab, prober } = await labFor(t);
    const gateway = await startGateway(lab, "gw1", fastTimers);
    await prober.waitFor(page1, electionLimit);

    // gw2 is a foreign host here: it takes the address, and asks for others with it as sender.
    await lab.gw2.must(["ip", "address", "add", `${virtualAddress}/32`, "dev", "eth0"]);
    await sendFrom(lab.gw2, virtualAddress);
    assert.match(
      await gateway.waitForCondition("address-conflict", electionLimit),
      /172\.16\.178\.137/,
    );

    const capture = await startCapture(lab.switch);
    await sleep(6 * fastInterval);
    const { advertisements } = await capture.finish();
    assert.ok(advertisements.filter((one) => one.source === ownAddresses.gw1).length >= 3);
  });

  test("is never a reason to touch the host's own addresses and routes", async (t) => {
    const { lab, prober } = await labFor(t);
    const routes = await lab.gw1.routes();
    await startPair(lab, fastTimers);
    await prober.waitFor(page1, electionLimit);
    const own = (await lab.gw1.addresses()).filter((entry) => entry.address === ownAddresses.gw1);
    assert.deepEqual(own, [
      { interface: "eth0", address: ownAddresses.gw1, prefixLength: 24, validFor: undefined },
    ]);
    const added = (await lab.gw1.routes()).split("\n").filter((line) => !routes.includes(line));
    assert.ok(
      added.every((line) => line.includes(virtualAddress)),
      added.join("\n"),
    );
  });
});
