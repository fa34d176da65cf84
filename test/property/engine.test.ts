import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { milliseconds, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { tryMany } from "../support/random-runs.ts";
import { engineSettings, routerSettings, SimulatedHost } from "../support/simulated-host.ts";
import { ip, localAddress } from "../support/vrrp-fixtures.ts";

const virtualAddress = ip("172.16.178.137");
const trackInterfaces = [{ name: "eth1", effect: { type: "fault" } }] as const;
const interfaceDelays = new Map([["eth1", { up: seconds(1), down: seconds(1) }]]);
const routers = [{ ...routerSettings, trackInterfaces }];

type Move = (host: SimulatedHost) => unknown;

const linkName = fc.constantFrom("eth0", "eth1");

function lookAgain(host: SimulatedHost): void {
  host.engine.post({ type: "network-changed" });
}

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.nat(8000).map<Move>((span) => (host) => host.pass(span)),
  fc
    .record({
      priority: fc.constantFrom(0, 50, 100, 200),
      interval: fc.constantFrom(10, 1000, 40_000).map(milliseconds),
      source: fc.constantFrom("172.16.178.1", "172.16.178.254").map(ip),
    })
    .map<Move>(({ priority, interval, source }) => {
      return (host) => host.hear({ priority, interval }, source);
    }),
  fc.record({ name: linkName, carrier: fc.boolean(), up: fc.boolean() }).map<Move>((change) => {
    const { name, ...state } = change;
    return (host) => host.changeLink(name, state);
  }),
  fc.record({ name: linkName, index: fc.integer({ min: 10, max: 99 }) }).map<Move>((change) => {
    return (host) => host.changeLink(change.name, { index: change.index });
  }),
  linkName.map<Move>((name) => (host) => host.changeLink(name, undefined)),
  linkName.map<Move>((name) => (host) => {
    host.addLink(name);
    lookAgain(host);
  }),
  fc.boolean().map<Move>((there) => (host) => {
    host.primaryAddress = there ? localAddress : undefined;
    lookAgain(host);
  }),
  fc.constantFrom(undefined, "ENETDOWN").map<Move>((failure) => (host) => {
    host.sendFailure = failure;
  }),
  fc.boolean().map<Move>((cancel) => (host) => {
    host.engine.execute({ name: "failover", cancel }, () => {});
  }),
  fc.constant<Move>((host) => host.claim(virtualAddress)),
);

/** What must hold between any two inputs. */
function checkInvariants(host: SimulatedHost): void {
  const { role, conditions } = host;
  assert.equal(host.leases.has(virtualAddress), role === "active", "addresses iff Active");
  if (role === "active") {
    const held = host.leases.get(virtualAddress)?.interfaceIndex;
    assert.equal(held, host.links.get("eth0")?.index, "on the interface that there is");
  }
  if (role === "backup") assert.ok(!conditions.includes("send-error"), "a Backup sends nothing");
}

function checkSent(host: SimulatedHost, { priority }: Advertisement): void {
  const there = host.leases.has(virtualAddress);
  assert.equal(there, priority > 0, "Advertisements if and only if the addresses are there");
}

/** Everything is well again, and nobody else is there. */
function heal(host: SimulatedHost): void {
  host.sendFailure = undefined;
  host.primaryAddress = localAddress;
  for (const name of ["eth0", "eth1"]) {
    host.changeLink(name, undefined);
    host.addLink(name);
  }
  lookAgain(host);
  host.pass(150_000);
}

test("whatever happens to a host: adverts only with addresses, and all is well in the end", (context) => {
  tryMany(
    context,
    200,
    fc.property(fc.array(move, { maxLength: 40, size: "max" }), (moves) => {
      const host = new SimulatedHost({ ...engineSettings, routers, interfaceDelays });
      host.onSent = (sent) => checkSent(host, sent);
      host.addLink("eth1");
      host.start();
      for (const make of moves) {
        make(host);
        checkInvariants(host);
      }
      heal(host);
      assert.equal(host.role, "active", host.reason);
      assert.deepEqual(host.conditions, []);
      const mails = host.mails.length;
      host.engine.post({ type: "stop", text: "asked to" });
      assert.equal(host.leases.size, 0);
      host.pass(60_000);
      assert.equal(host.sent.at(-1)?.priority, 0);
      assert.ok(host.mails.length <= mails + 2);
    }),
  );
});
