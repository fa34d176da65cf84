import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { neighbourOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import type { Host } from "../support/lab/host.ts";
import { macAddressFor, secondAddresses, virtualAddress } from "../support/lab/names.ts";
import { startGateway, startPair } from "../support/lab/pair.ts";
import { until } from "../support/lab/time.ts";
import { electionLimit, fastTimers, page1, page2 } from "./expectations.ts";

/** On the second network, in a subnet that no host of it is in. */
const other = "198.51.100.1";
/** In that of the second network. */
const second = "192.168.77.137";

const addresses = [
  virtualAddress,
  { address: second, interface: "eth1", scope: "link", label: "eth1:vip" },
  { address: `${other}/24`, interface: "eth1", broadcast: "198.51.100.255" },
];
const options = { ...fastTimers, router: { addresses } } as const;

/**
 * What ip-address(8) says of an address, without its lifetime and the mark, which that of Debian 12 does
 * not show; undefined when it is not there.
 */
async function describeAddress(host: Host, address: string): Promise<string | undefined> {
  const text = await host.must(["ip", "-4", "-oneline", "address", "show", "to", address]);
  return /inet (.*?)\\/.exec(text)?.[1]?.replace(" proto 0x70", "").trim();
}

function isPinged(client: Host, address: string): () => Promise<boolean> {
  return async () => {
    const { code } = await client.run(["ping", "-c", "1", "-W", "1", "-n", address]);
    return code === 0;
  };
}

describe("addresses with attributes", () => {
  test("are there as told, answer, are announced where they are, and move with the role", async (t) => {
    const { lab, prober } = await labFor(t, { secondNetwork: true });
    await lab.client.must(["ip", "address", "add", "198.51.100.9/24", "dev", "eth1"]);
    const before = { addresses: await lab.gw1.addresses(), routes: await lab.gw1.routes() };
    const capture = await startCapture(lab.switch, { bridge: "br1" });
    const pair = await startPair(lab, options);
    await prober.waitFor(page1, electionLimit);

    assert.equal(
      await describeAddress(lab.gw1, second),
      `${second}/32 scope link dynamic noprefixroute eth1:vip`,
    );
    assert.equal(
      await describeAddress(lab.gw1, other),
      `${other}/24 brd 198.51.100.255 scope global dynamic eth1`,
    );
    for (const address of [virtualAddress, second, other]) {
      await until(
        { what: `ping of ${address}`, limit: electionLimit },
        isPinged(lab.client, address),
      );
    }
    const mac = macAddressFor(secondAddresses.gw1);
    assert.equal(await neighbourOf(lab.client, other), mac);

    await pair.gw1.stop();
    assert.deepEqual(
      { addresses: await lab.gw1.addresses(), routes: await lab.gw1.routes() },
      before,
    );
    await prober.waitFor(page2, electionLimit);
    await until({ what: `ping of ${other}`, limit: electionLimit }, isPinged(lab.client, other));
    const { arps, advertisements } = await capture.finish();
    assert.equal(advertisements.length, 0, "it speaks on its own interface only");
    for (const host of ["gw1", "gw2"] as const) {
      for (const address of [second, other]) {
        const from = macAddressFor(secondAddresses[host]);
        const told = arps.some(
          (arp) => arp.sender === address && arp.target === address && arp.senderMac === from,
        );
        assert.ok(told, `${address} by ${host}`);
      }
    }
  });

  test("are given up, all of them, when the interface of one goes down", async (t) => {
    const { lab, prober } = await labFor(t, { secondNetwork: true });
    await startPair(lab, options);
    await prober.waitFor(page1, electionLimit);
    await lab.gw1.must(["ip", "link", "set", "eth1", "down"]);
    await prober.waitFor(page2, electionLimit);
    await lab.gw1.waitForAddress(virtualAddress, false, electionLimit);
    await until({ what: `ping of ${second}`, limit: electionLimit }, isPinged(lab.client, second));
  });

  test("end by themselves when the daemon is killed, with the routes that they brought", async (t) => {
    const { lab, prober } = await labFor(t, { secondNetwork: true });
    const before = { addresses: await lab.gw1.addresses(), routes: await lab.gw1.routes() };
    const gateway = await startGateway(lab, "gw1", options);
    await prober.waitFor(page1, electionLimit);
    gateway.process.kill("SIGKILL");
    for (const address of [virtualAddress, second, other]) {
      await lab.gw1.waitForAddress(address, false, 6000);
    }
    assert.deepEqual(
      { addresses: await lab.gw1.addresses(), routes: await lab.gw1.routes() },
      before,
    );
  });
});

test("a router with addresses of two subnets on its interface serves both", async (t) => {
  const { lab, prober } = await labFor(t);
  for (const [host, own] of [
    [lab.gw1, "10.20.0.138"],
    [lab.gw2, "10.20.0.136"],
    [lab.client, "10.20.0.1"],
  ] as const) {
    await host.must(["ip", "address", "add", `${own}/24`, "dev", "eth0"]);
  }
  const subnets = { addresses: [virtualAddress, "10.20.0.137"] };
  const pair = await startPair(lab, { ...fastTimers, router: subnets });
  await prober.waitFor(page1, electionLimit);
  const page = async (address: string) => {
    const ask = `exec 3<>/dev/tcp/${address}/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
    return (await lab.client.run(["timeout", "2", "bash", "-c", ask])).stdout;
  };
  for (const address of [virtualAddress, "10.20.0.137"]) {
    assert.match(await page(address), new RegExp(page1));
  }
  await pair.gw1.stop();
  for (const address of [virtualAddress, "10.20.0.137"]) {
    const isServed = async () => (await page(address)).includes(page2);
    await until({ what: `${address} from gw2`, limit: electionLimit }, isServed);
  }
});
