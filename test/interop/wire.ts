import assert from "node:assert/strict";
import type { Captured, CapturedAdvertisement } from "../support/lab/capture.ts";
import { intervalOf, type Row } from "./rows.ts";
import {
  advertisedMacOf,
  destinationOf,
  macAddressOf,
  serviceAddresses,
  sourceOf,
  virtualAddresses,
  type Cast,
  type HostRole,
} from "./network.ts";
import { priorities } from "./sides.ts";

/** Moments of CLOCK_MONOTONIC in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How late a takeover may be on a busy machine: a Backup that stood still listens once more. */
const slack = 2500;

/** FRR counts in hundredths of a second, and rounds down. */
const rounding = 20;

/** RFC 9568, 6.1, and RFC 3768, 6.1, where it does not depend on the interval. */
export function skewTimeOf(row: Row, host: HostRole): number {
  const scale = row.version === 2 ? 1000 : intervalOf(row);
  return ((256 - priorities[host]) * scale) / 256;
}

/** What was on the wire while a row was played. */
export class Wire {
  readonly #row: Row;
  readonly #cast: Cast;
  readonly #captured: Captured;

  constructor(row: Row, cast: Cast, captured: Captured) {
    this.#row = row;
    this.#cast = cast;
    this.#captured = captured;
  }

  #of(host: HostRole, { from, to }: Span): CapturedAdvertisement[] {
    const source = sourceOf(this.#row, this.#cast[host], host);
    return this.#captured.advertisements.filter(
      (one) => one.source === source && one.at >= from && one.at <= to,
    );
  }

  /** In this span `active` advertises as configured, and `other` says nothing. */
  assertOneActive(active: HostRole, other: HostRole, span: Span): void {
    this.assertAdvertises(active, span);
    assert.deepEqual(this.#of(other, span), [], `${other} advertises too`);
  }

  /** In this span the host advertises as configured, whatever the other one does. */
  assertAdvertises(host: HostRole, span: Span): void {
    const sent = this.#of(host, span);
    const expected = Math.floor((span.to - span.from) / intervalOf(this.#row)) - 1;
    assert.ok(sent.length >= Math.max(expected, 1), `${host} sent ${sent.length} of ${expected}`);
    for (const one of sent) this.#assertWellMade(one, host);
  }

  /** Until the last word of `other` and after it, `host` was no Backup that heard it. */
  assertStaysActive(host: HostRole, other: HostRole, span: Span): void {
    const last = this.#of(other, span).at(-1);
    assert.ok(last, `${other} advertised`);
    // A Backup would be silent for 3 intervals from there. Less cannot be told: keepalived puts its
    // own Advertisement off by what comes in, damaged or not.
    const to = last.at + 2.5 * intervalOf(this.#row);
    const sent = this.#of(host, { from: span.from, to });
    assert.ok(sent.length > 0, `${host} obeys`);
    for (const one of sent) this.#assertWellMade(one, host);
  }

  /** Every field as both sides were told, and what tshark finds nothing to say about. */
  #assertWellMade(one: CapturedAdvertisement, host: HostRole): void {
    const { version, vrid, interval, addresses, destination, timeToLive, checksumGood } = one;
    assert.deepEqual(
      { version, vrid, interval, addresses, destination, timeToLive, checksumGood },
      {
        version: this.#row.version,
        vrid: 51,
        interval: intervalOf(this.#row),
        addresses: virtualAddresses[this.#row.family],
        destination: destinationOf(this.#row, host),
        timeToLive: 255,
        checksumGood: true,
      },
    );
    assert.equal(one.priority, priorities[host]);
    assert.equal(one.sourceMac, advertisedMacOf(this.#row, this.#cast[host], host));
    assert.equal(one.warning, "");
  }

  /** `second` waited as long as it had to after the last word of `first`, and no longer. */
  assertTakeover(first: HostRole, second: HostRole, span: Span): void {
    const { last, waited } = this.#handOver(first, second, span);
    assert.equal(last.priority, priorities[first], "it died without a word");
    const least = 3 * intervalOf(this.#row);
    const most = least + skewTimeOf(this.#row, second);
    assert.ok(waited >= least - rounding && waited <= most + slack, `after ${waited} ms`);
  }

  /** `first` said priority 0, and `second` took over within its Skew_Time. */
  assertHandOver(first: HostRole, second: HostRole, span: Span): void {
    const { last, waited } = this.#handOver(first, second, span);
    assert.equal(last.priority, 0, "its last word");
    // Half way to what it takes without priority 0, as room for a busy machine.
    const most = skewTimeOf(this.#row, second) + 1.5 * intervalOf(this.#row);
    assert.ok(waited <= most, `after ${waited} ms, not ${most}`);
  }

  /** From the last Advertisement of the one to the first that was seen of the other as Active. */
  #handOver(first: HostRole, second: HostRole, span: Span) {
    const interval = intervalOf(this.#row);
    const last = this.#of(first, { from: span.from - 2 * interval, to: span.to }).at(-1);
    assert.ok(last, `${first} advertised before`);
    const [next] = this.#of(second, { from: last.at, to: span.to });
    assert.ok(next, `${second} advertises after`);
    // The first Advertisement of FRR over IPv6 is lost in the macvlan that is still coming up; but
    // what is announced long before the next is of `first`, from the same virtual MAC address.
    const from = Math.max(last.at, next.at - 1.5 * interval);
    const [announced] = this.#announcementsOf(second, { from, to: span.to });
    assert.ok(announced !== undefined, `${second} announces the address`);
    return { last, waited: Math.min(next.at, announced) - last.at };
  }

  /** From the first word of `winner` on, `loser` says at most what was on its way. */
  assertGaveWay(loser: HostRole, winner: HostRole, span: Span): void {
    const [first] = this.#of(winner, span);
    assert.ok(first, `${winner} advertises again`);
    assert.ok(this.#of(loser, { from: span.from, to: first.at }).length > 0, `${loser} was Active`);
    const after = this.#of(loser, { from: first.at + intervalOf(this.#row) / 2, to: span.to });
    assert.deepEqual(after, [], `${loser} goes on`);
    assert.ok(this.#announcementsOf(winner, span).length > 0, `${winner} announces the address`);
  }

  /** When gratuitous ARP or a Neighbor Advertisement to all was seen: RFC 9568, 6.4.1. */
  #announcementsOf(host: HostRole, { from, to }: Span): number[] {
    const mac = macAddressOf(this.#row, this.#cast[host], host);
    const address = serviceAddresses[this.#row.family];
    const { arps, neighbors } = this.#captured;
    const ofIpv4 = arps.filter(
      (arp) =>
        arp.destinationMac === "ff:ff:ff:ff:ff:ff" &&
        arp.sender === address &&
        arp.target === address &&
        arp.senderMac === mac,
    );
    const ofIpv6 = neighbors.filter(
      (one) =>
        one.destination === "ff02::1" &&
        one.target === address &&
        one.linkLayerAddress === mac &&
        one.flags.includes("O"),
    );
    const times = [...ofIpv4, ...ofIpv6].map(({ at }) => at);
    return times.filter((at) => at >= from && at <= to);
  }
}
