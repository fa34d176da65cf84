import assert from "node:assert/strict";
import type { Captured, CapturedAdvertisement } from "../support/lab/capture.ts";
import { ownAddresses, virtualAddress } from "../support/lab/names.ts";
import { intervalOf, type Row } from "./rows.ts";
import { destinationOf, priorities, type HostRole } from "./sides.ts";

/** Moments of CLOCK_MONOTONIC in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How late the last to act may be on a busy machine, beside others that do the same. */
const slack = 1000;

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
  readonly #captured: Captured;

  constructor(row: Row, captured: Captured) {
    this.#row = row;
    this.#captured = captured;
  }

  #of(host: HostRole, { from, to }: Span): CapturedAdvertisement[] {
    const source = ownAddresses[host];
    return this.#captured.advertisements.filter(
      (one) => one.source === source && one.at >= from && one.at <= to,
    );
  }

  /** In this span `active` advertises as configured, and `other` says nothing. */
  assertOneActive(active: HostRole, other: HostRole, span: Span): void {
    const sent = this.#of(active, span);
    const expected = Math.floor((span.to - span.from) / intervalOf(this.#row)) - 1;
    assert.ok(sent.length >= Math.max(expected, 1), `${active} sent ${sent.length} of ${expected}`);
    for (const one of sent) this.#assertWellMade(one, active);
    assert.deepEqual(this.#of(other, span), [], `${other} advertises too`);
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
        addresses: [virtualAddress],
        destination: destinationOf(this.#row, host),
        timeToLive: 255,
        checksumGood: true,
      },
    );
    assert.equal(one.priority, priorities[host]);
    assert.equal(one.warning, "");
  }

  /** `second` waited as long as it had to after the last word of `first`, and no longer. */
  assertTakeover(first: HostRole, second: HostRole, span: Span): void {
    const { last, next } = this.#handOver(first, second, span);
    assert.equal(last.priority, priorities[first], "it died without a word");
    const least = 3 * intervalOf(this.#row);
    const most = least + skewTimeOf(this.#row, second);
    const waited = next.at - last.at;
    assert.ok(waited >= least - rounding && waited <= most + slack, `after ${waited} ms`);
    this.#assertAnnounced(second, { from: next.at, to: next.at + slack });
  }

  /** `first` said priority 0, and `second` took over within its Skew_Time. */
  assertHandOver(first: HostRole, second: HostRole, span: Span): void {
    const { last, next } = this.#handOver(first, second, span);
    assert.equal(last.priority, 0, "its last word");
    const waited = next.at - last.at;
    // Half way to what it takes without priority 0, as room for a busy machine.
    const most = skewTimeOf(this.#row, second) + 1.5 * intervalOf(this.#row);
    assert.ok(waited <= most, `after ${waited} ms, not ${most}`);
    this.#assertAnnounced(second, { from: next.at, to: next.at + slack });
  }

  #handOver(first: HostRole, second: HostRole, span: Span) {
    const last = this.#of(first, span).at(-1);
    assert.ok(last, `${first} advertised before`);
    const next = this.#of(second, { from: last.at, to: span.to })[0];
    assert.ok(next, `${second} advertises after`);
    return { last, next };
  }

  /** From the first word of `winner` on, `loser` says at most what was on its way. */
  assertGaveWay(loser: HostRole, winner: HostRole, span: Span): void {
    const first = this.#of(winner, span)[0];
    assert.ok(first, `${winner} advertises again`);
    assert.ok(this.#of(loser, { from: span.from, to: first.at }).length > 0, `${loser} was Active`);
    const after = this.#of(loser, { from: first.at + intervalOf(this.#row) / 2, to: span.to });
    assert.deepEqual(after, [], `${loser} goes on`);
    this.#assertAnnounced(winner, { from: first.at, to: span.to });
  }

  /** A gratuitous ARP: RFC 9568, 6.4.1. */
  #assertAnnounced(host: HostRole, { from, to }: Span): void {
    const claims = this.#captured.arps.filter(
      (arp) =>
        arp.at >= from - 50 &&
        arp.at <= to &&
        arp.sender === virtualAddress &&
        arp.target === virtualAddress &&
        arp.destinationMac === "ff:ff:ff:ff:ff:ff",
    );
    assert.ok(claims.length > 0, `${host} announces the address`);
  }
}
