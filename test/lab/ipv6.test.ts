import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { neighbourOf, startCapture } from "../support/lab/capture.ts";
import { labFor } from "../support/lab/fixture.ts";
import { gatepairBinary } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import type { Lab } from "../support/lab/lab.ts";
import { killLeavingAddresses } from "../support/lab/leases.ts";
import {
  globalAddresses,
  linkLocalAddresses,
  macAddressFor,
  ownAddresses,
  virtualAddress,
  virtualAddresses6,
} from "../support/lab/names.ts";
import { type PairOptions, startGateway, startPair } from "../support/lab/pair.ts";
import { startProber } from "../support/lab/prober.ts";
import { monotonicNow, sleep, until } from "../support/lab/time.ts";
import {
  electionLimit,
  fastInterval,
  fastTimers,
  lateElection,
  page1,
  page2,
} from "./expectations.ts";

const virtualGlobal = virtualAddresses6[1];
const listen = ["80", "[::]:80"];

const ipv6Only: PairOptions = {
  ...fastTimers,
  listen,
  router: { addresses: [...virtualAddresses6] },
};
const dualStack: PairOptions = {
  ...fastTimers,
  listen,
  router: { addresses: [virtualAddress, ...virtualAddresses6] },
};

/** A lab with IPv6, and a client that asks by IPv6 all the time beside the one that asks by IPv4. */
async function labWithIpv6(t: TestContext) {
  const { lab, prober } = await labFor(t, { ipv6: true });
  const prober6 = startProber(lab.client, { address: virtualGlobal });
  t.after(() => prober6.stop());
  return { lab, prober, prober6 };
}

async function waitUntilAllHeldOnlyBy(lab: Lab, holder: Host, addresses: readonly string[]) {
  const what = `${addresses.join(", ")} on ${holder.name} alone`;
  await until({ what, limit: electionLimit }, async () => {
    const pairs = [lab.gw1, lab.gw2].flatMap((host) => addresses.map((each) => ({ host, each })));
    const right = await Promise.all(
      pairs.map(async ({ host, each }) => (await host.hasAddress(each)) === (host === holder)),
    );
    return right.every(Boolean);
  });
}

/** What a person sees of IPv6 on a host; routes with what counts down left out. */
async function networkOf(host: Host): Promise<unknown> {
  const routes = (await host.routes(6)).replaceAll(/ expires \d+sec/g, "");
  return { addresses: await host.addresses(6), routes: routes.split("\n").sort() };
}

describe("a pair of IPv6 alone", () => {
  test("elects, fails over under its client, and comes back", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const capture = await startCapture(lab.switch);
    const pair = await startPair(lab, ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    await waitUntilAllHeldOnlyBy(lab, lab.gw1, virtualAddresses6);
    assert.equal(
      await neighbourOf(lab.client, virtualGlobal),
      macAddressFor(ownAddresses.gw1),
      "the client's neighbour table",
    );
    const route = await lab.gw1.must(["ip", "-6", "route", "get", globalAddresses.client]);
    assert.match(route, new RegExp(`src ${globalAddresses.gw1} `), "for what the host begins");

    const crash = monotonicNow();
    lab.gw1.crash();
    await prober6.waitFor(page2, electionLimit);
    const outage = await prober6.outageSince(crash);
    assert.ok(outage.longestGap < electionLimit / 2, `away for ${outage.longestGap} ms`);
    assert.equal(await neighbourOf(lab.client, virtualGlobal), macAddressFor(ownAddresses.gw2));

    await lab.gw1.reboot();
    await startGateway(lab, "gw1", ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    await waitUntilAllHeldOnlyBy(lab, lab.gw1, virtualAddresses6);
    assert.equal(await neighbourOf(lab.client, virtualGlobal), macAddressFor(ownAddresses.gw1));
    await pair.gw2.stop();

    const { advertisements, arps, neighbors } = await capture.finish();
    for (const one of advertisements) {
      const { version, vrid, destination, timeToLive, addresses, checksumGood, warning } = one;
      assert.deepEqual(
        { version, vrid, destination, timeToLive, addresses, checksumGood, warning },
        {
          version: 3,
          vrid: 51,
          destination: "ff02::12",
          timeToLive: 255,
          addresses: [...virtualAddresses6],
          checksumGood: true,
          warning: "",
        },
      );
    }
    const sources = new Set(advertisements.map(({ source }) => source));
    assert.deepEqual(sources, new Set([linkLocalAddresses.gw1, linkLocalAddresses.gw2]));
    assert.ok(!arps.some(({ sender }) => sender === virtualAddress));

    const moved = neighbors.filter(
      ({ type, target, at }) => type === "advertisement" && target === virtualGlobal && at >= crash,
    );
    const { at: _, ...first } = moved.find(({ flags }) => !flags.includes("S")) ?? { at: 0 };
    assert.deepEqual(first, {
      type: "advertisement",
      sourceMac: macAddressFor(ownAddresses.gw2),
      destinationMac: "33:33:00:00:00:01",
      source: virtualGlobal,
      destination: "ff02::1",
      hopLimit: 255,
      target: virtualGlobal,
      flags: "RO",
      linkLayerAddress: macAddressFor(ownAddresses.gw2),
    });
  });

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    test(`${signal} leaves no virtual address, and the other host serves`, async (t) => {
      const { lab, prober6 } = await labWithIpv6(t);
      const before = await networkOf(lab.gw1);
      const pair = await startPair(lab, ipv6Only);
      await prober6.waitFor(page1, electionLimit);

      pair.gw1.process.kill(signal);
      for (const address of virtualAddresses6) {
        await lab.gw1.waitForAddress(address, false, 6000);
      }
      assert.deepEqual(await networkOf(lab.gw1), before);
      await prober6.waitFor(page2, electionLimit);
      await waitUntilAllHeldOnlyBy(lab, lab.gw2, virtualAddresses6);
    });
  }

  test("a daemon that is started again removes the addresses of its earlier run", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const first = await startGateway(lab, "gw1", ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    await killLeavingAddresses(first, virtualAddresses6);
    await startGateway(lab, "gw1", { ...ipv6Only, interval: lateElection });
    for (const address of virtualAddresses6) {
      await lab.gw1.waitForAddress(address, false, electionLimit);
    }
  });

  test("an address that somebody deletes is back at once, and announced", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    await startPair(lab, ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    const capture = await startCapture(lab.switch);
    await sleep(1000); // the announcements of the election are over
    const event = monotonicNow();
    await lab.gw1.must(["ip", "address", "delete", `${virtualGlobal}/128`, "dev", "eth0"]);
    await lab.gw1.waitForAddress(virtualGlobal, true, electionLimit);
    const outage = await prober6.outageSince(event);
    assert.deepEqual(outage.pages, [page1]);
    assert.ok(outage.longestGap < 1000, `away for ${outage.longestGap} ms`);
    const { neighbors } = await capture.finish();
    const announced = neighbors.find(
      ({ type, target, at, flags }) =>
        at >= event && type === "advertisement" && target === virtualGlobal && flags === "RO",
    );
    assert.equal(announced?.linkLayerAddress, macAddressFor(ownAddresses.gw1));
  });

  test("an address that another host uses is reported, and adverts go on", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const gateway = await startGateway(lab, "gw1", ipv6Only);
    await prober6.waitFor(page1, electionLimit);

    // gw2 is a foreign host here: it takes the address without asking.
    await lab.gw2.must(["ip", "address", "add", `${virtualGlobal}/128`, "dev", "eth0", "nodad"]);
    const said = await gateway.waitForCondition("address-conflict", electionLimit);
    assert.match(said, /2001:db8:178::137/);
    assert.match(said, new RegExp(macAddressFor(ownAddresses.gw2)));

    const capture = await startCapture(lab.switch);
    await sleep(6 * fastInterval);
    const { advertisements } = await capture.finish();
    const own = advertisements.filter(({ source }) => source === linkLocalAddresses.gw1);
    assert.ok(own.length >= 3);
  });

  test("a link-local address that is tentative is waited for, without an alarm", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const own = `${linkLocalAddresses.gw1}/64`;
    // As at boot: nobody knows yet whether another host has the address.
    await lab.gw1.must(["sysctl", "-qw", "net.ipv6.conf.eth0.accept_dad=1"]);
    await lab.gw1.must(["sysctl", "-qw", "net.ipv6.conf.eth0.dad_transmits=6"]);
    await lab.gw1.must(["ip", "address", "delete", own, "dev", "eth0"]);
    await lab.gw1.must(["ip", "address", "add", own, "dev", "eth0"]);
    const gateway = await startGateway(lab, "gw1", ipv6Only);
    await gateway.waitUntilUp();
    const { stdout } = await gateway.command("status", "--json");
    assert.match(stdout, /"waiting_for": ?"whether another host has the link-local address/);
    await prober6.waitFor(page1, electionLimit);
    assert.doesNotMatch(gateway.process.log(), /no-primary-address|"to":"fault"/);
  });

  test("an interface whose IPv6 is switched off is a fault until it is on again", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const { gw1 } = await startPair(lab, ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    const set = (value: number) => ["sysctl", "-qw", `net.ipv6.conf.eth0.disable_ipv6=${value}`];
    await lab.gw1.must(set(1));
    await prober6.waitFor(page2, electionLimit);
    assert.match(await gw1.waitForCondition("no-primary-address", electionLimit), /link-local/);
    await lab.gw1.must(set(0));
    for (const address of [`${linkLocalAddresses.gw1}/64`, `${globalAddresses.gw1}/64`]) {
      await lab.gw1.must(["ip", "address", "replace", address, "dev", "eth0", "nodad"]);
    }
    await prober6.waitFor(page1, electionLimit);
  });
});

describe("a pair of both families", () => {
  const all = [virtualAddress, ...virtualAddresses6];

  test("moves as one: by hand, by a crash, and back", async (t) => {
    const { lab, prober, prober6 } = await labWithIpv6(t);
    const pair = await startPair(lab, dualStack);
    const served = async (page: string, holder: Host) => {
      await Promise.all([
        prober.waitFor(page, electionLimit),
        prober6.waitFor(page, electionLimit),
        waitUntilAllHeldOnlyBy(lab, holder, all),
      ]);
    };
    await served(page1, lab.gw1);

    const asked = await pair.gw1.command("failover");
    assert.equal(asked.code, 0, asked.stderr);
    await served(page2, lab.gw2);
    await pair.gw1.command("failover", "--cancel");
    await served(page1, lab.gw1);

    lab.gw1.crash();
    await Promise.all([
      prober.waitFor(page2, electionLimit),
      prober6.waitFor(page2, electionLimit),
    ]);
    await lab.gw1.reboot();
    await startGateway(lab, "gw1", dualStack);
    await served(page1, lab.gw1);
  });

  test("gives up IPv4 too when IPv6 fails on its interface", async (t) => {
    const { lab, prober, prober6 } = await labWithIpv6(t);
    await startPair(lab, dualStack);
    await Promise.all([
      prober.waitFor(page1, electionLimit),
      prober6.waitFor(page1, electionLimit),
    ]);
    await lab.gw1.must(["sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=1"]);
    await Promise.all([
      prober.waitFor(page2, electionLimit),
      prober6.waitFor(page2, electionLimit),
    ]);
    await waitUntilAllHeldOnlyBy(lab, lab.gw2, all);
  });

  test("has a virtual MAC address for each family, which moves with it", async (t) => {
    const { lab, prober, prober6 } = await labWithIpv6(t);
    const addresses = [virtualAddress, ...virtualAddresses6];
    const options = { ...dualStack, router: { addresses, virtual_mac: true } };
    const capture = await startCapture(lab.switch);
    const { gw1 } = await startPair(lab, options);
    await Promise.all([
      prober.waitFor(page1, electionLimit),
      prober6.waitFor(page1, electionLimit),
    ]);
    const known = () =>
      Promise.all([virtualAddress, virtualGlobal].map((each) => neighbourOf(lab.client, each)));
    const macs = ["00:00:5e:00:01:33", "00:00:5e:00:02:33"];
    assert.deepEqual(await known(), macs);
    await gw1.command("failover");
    await Promise.all([
      prober.waitFor(page2, electionLimit),
      prober6.waitFor(page2, electionLimit),
    ]);
    assert.deepEqual(await known(), macs);
    const { advertisements, neighbors } = await capture.finish();
    const ofIpv6 = advertisements.filter(({ destination }) => destination === "ff02::12");
    assert.ok(ofIpv6.length > 0);
    assert.deepEqual(new Set(ofIpv6.map(({ sourceMac }) => sourceMac)), new Set([macs[1]]));
    const announced = neighbors.filter(
      ({ type, sourceMac }) => type === "advertisement" && sourceMac === macs[1],
    );
    assert.deepEqual(new Set(announced.map(({ target }) => target)), new Set(virtualAddresses6));
    assert.ok(announced.every(({ linkLayerAddress }) => linkLayerAddress === macs[1]));
  });

  test("fails over and back by unicast", async (t) => {
    const { lab, prober, prober6 } = await labWithIpv6(t);
    const capture = await startCapture(lab.switch);
    const speakingTo = (peer: "gw1" | "gw2"): PairOptions => {
      const peers = [ownAddresses[peer], linkLocalAddresses[peer]];
      return { ...dualStack, router: { addresses: all, unicast_peers: peers } };
    };
    const served = (page: string) =>
      Promise.all([prober.waitFor(page, electionLimit), prober6.waitFor(page, electionLimit)]);
    const first = await startGateway(lab, "gw1", speakingTo("gw2"));
    await served(page1);
    const second = await startGateway(lab, "gw2", speakingTo("gw1"));
    await second.waitForRole("backup", electionLimit);
    await first.stop();
    await served(page2);
    await startGateway(lab, "gw1", speakingTo("gw2"));
    await served(page1);
    await waitUntilAllHeldOnlyBy(lab, lab.gw1, all);

    const { advertisements } = await capture.finish();
    const ways = new Set(advertisements.map((one) => `${one.source} > ${one.destination}`));
    const pairs = [ownAddresses, linkLocalAddresses].flatMap(({ gw1, gw2 }) => [
      `${gw1} > ${gw2}`,
      `${gw2} > ${gw1}`,
    ]);
    assert.deepEqual(ways, new Set(pairs));
    assert.ok(advertisements.every((one) => one.timeToLive === 255 && one.checksumGood));
  });

  test("is one virtual router in status, with all its addresses", async (t) => {
    const { lab, prober } = await labWithIpv6(t);
    const gateway = await startGateway(lab, "gw1", dualStack);
    await prober.waitFor(page1, electionLimit);
    const { stdout } = await gateway.command("status");
    assert.match(stdout, /addresses +172\.16\.178\.137\/32 here, fe80::33\/128 here, 2001:db8/);
    assert.match(stdout, /usable, 172\.16\.178\.138, fe80::138/);
    const check = await lab.gw1.run([
      gatepairBinary(),
      "check",
      "--host",
      "/etc/gatepair/config.yaml",
    ]);
    assert.equal(check.code, 0, check.stderr);
  });
});

describe("packets of IPv6 that nobody may believe", () => {
  test("a smaller Hop Limit does not move the pair, and is counted", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const gateway = await startGateway(lab, "gw1", ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    const event = monotonicNow();
    await lab.client.must(forgery(254));
    await lab.client.must(forgery(64));
    await sleep(4 * fastInterval);
    const outage = await prober6.outageSince(event);
    assert.deepEqual([outage.failed, outage.pages], [0, [page1]]);
    const { stdout } = await gateway.command("status", "--json");
    const status = JSON.parse(stdout) as { dropped_packets: Record<string, number> };
    assert.deepEqual(status.dropped_packets, { "time-to-live": 20 });
  });

  test("the same with a Hop Limit of 255 does move it", async (t) => {
    const { lab, prober6 } = await labWithIpv6(t);
    const gateway = await startGateway(lab, "gw1", ipv6Only);
    await prober6.waitFor(page1, electionLimit);
    await lab.client.must(forgery(255));
    await gateway.waitForRole("backup", electionLimit);
  });
});

/**
 * Sends ten Advertisements of the highest priority, by scapy, which knows nothing of us. Who believes
 * their interval of 3 s is a Backup for nine seconds: long enough to be seen.
 */
function forgery(hopLimit: number): string[] {
  const addresses = virtualAddresses6.map((address) => `"${address}"`).join(", ");
  const script = [
    "from scapy.all import *",
    "from scapy.layers.vrrp import VRRPv3",
    `ip = IPv6(src="${linkLocalAddresses.client}", dst="ff02::12", hlim=${hopLimit}, nh=112)`,
    `vrrp = VRRPv3(vrid=51, priority=254, adv=300, addrlist=[${addresses}])`,
    `ether = Ether(src="${macAddressFor(ownAddresses.client)}", dst="33:33:00:00:00:12")`,
    'sendp(ether/ip/vrrp, iface="eth0", count=10, verbose=False)',
  ];
  return ["/usr/bin/python3", "-B", "-c", script.join("\n")]; // Debian's own, which has scapy
}
