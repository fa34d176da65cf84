import type { TestContext } from "node:test";
import { decodeCapture, neighbourOf, startCapture } from "../support/lab/capture.ts";
import { labFor, type Fixture } from "../support/lab/fixture.ts";
import { pages } from "../support/lab/nginx.ts";
import { monotonicNow, sleep, until } from "../support/lab/time.ts";
import { macAddressOf, serviceAddresses, type Cast, type HostRole } from "./network.ts";
import { intervalOf, type Row } from "./rows.ts";
import { startSide } from "./sides.ts";
import { Wire, type Span } from "./wire.ts";

/** What a play shows, in its order. */
export const steps = ["election", "crash", "return", "stop"] as const;
export type Step = (typeof steps)[number];

/** The time between what was done and the moment when the client had seen it. */
type Spans = Readonly<Record<Step, Span>>;

/** For anything that a client should see; the longest takes 4 s, and other rows play beside. */
const limit = 20_000;

class Stage {
  readonly #fixture: Fixture;
  readonly #row: Row;
  readonly #cast: Cast;

  constructor(fixture: Fixture, row: Row, cast: Cast) {
    this.#fixture = fixture;
    this.#row = row;
    this.#cast = cast;
  }

  start(role: HostRole) {
    return startSide(this.#fixture.lab[role], this.#row, this.#cast[role]);
  }

  /** The client gets the page of that host, and knows its MAC address; gives the span till then. */
  async seen(role: HostRole, from: number): Promise<Span> {
    const { lab, prober } = this.#fixture;
    await prober.waitFor(pages[role] ?? "", limit);
    const mac = macAddressOf(this.#row, this.#cast[role], role);
    const address = serviceAddresses[this.#row.family];
    const what = `the client knows ${address} as ${mac}`;
    await until({ what, limit: 5000, every: 50 }, async () => {
      return (await neighbourOf(lab.client, address)) === mac;
    });
    return { from, to: monotonicNow() };
  }

  /** Time in which nothing happens. */
  async pause(intervals: number): Promise<Span> {
    const from = monotonicNow();
    await sleep(intervals * intervalOf(this.#row));
    return { from, to: monotonicNow() };
  }

  /** The role has moved to that host, whose Advertisements are in the span that this gives. */
  async takenOver(role: HostRole, from: number): Promise<Span> {
    await this.seen(role, from);
    // As Backup, FRR's macvlan accepts what is sent to the virtual MAC address, and nginx answers:
    // there the client proves nothing, and the time has to pass in which the role must move. Else the
    // client may be as quick as the first Advertisement, which is lost with FRR over IPv6.
    return { from, to: (await this.pause(this.#row.virtualMac ? 5 : 2)).to };
  }

  async play(): Promise<Spans> {
    const { gw1 } = this.#fixture.lab;
    const begin = monotonicNow();
    await Promise.all([this.start("gw1"), this.start("gw2")]);
    await this.seen("gw1", begin);
    // A loser of the election may have a word on its way, and the winner's first may be lost.
    await this.pause(2);
    const election = await this.pause(4);

    const crashed = monotonicNow();
    gw1.crash();
    const crash = await this.takenOver("gw2", crashed);

    await gw1.reboot();
    const rebooted = monotonicNow();
    const first = await this.start("gw1");
    await this.takenOver("gw1", rebooted);
    const comeback = { from: rebooted, to: (await this.pause(2)).to }; // a loser might go on

    const stopped = monotonicNow();
    await first.stop();
    const stop = await this.takenOver("gw2", stopped);
    return { election, crash, return: comeback, stop };
  }

  /** gw1 comes while gw2 is Active, and dies; gives the span in between, and what came after too. */
  async playRefusal(): Promise<{ readonly beside: Span; readonly whole: Span }> {
    await this.start("gw2");
    await this.seen("gw2", monotonicNow());
    await this.start("gw1");
    // Not its MAC address: both hosts announce theirs, and the client believes the last.
    await this.#fixture.prober.waitFor(pages["gw1"] ?? "", limit);
    await this.pause(2);
    const beside = await this.pause(5);
    this.#fixture.lab.gw1.crash();
    return { beside, whole: { from: beside.from, to: (await this.pause(3)).to } };
  }
}

function judge(wire: Wire, spans: Spans): Readonly<Record<Step, () => void>> {
  return {
    election: () => wire.assertOneActive("gw1", "gw2", spans.election),
    crash: () => wire.assertTakeover("gw1", "gw2", spans.crash),
    return: () => wire.assertGaveWay("gw2", "gw1", spans.return),
    stop: () => wire.assertHandOver("gw1", "gw2", spans.stop),
  };
}

/**
 * Plays one row with one cast in a lab of its own: both start, the Active Router loses its power,
 * comes back, and is stopped. What counts is the wire, the client and its neighbour table. Calls
 * `passed` for each step that went as RFC 9568 wants it, and throws at the first that did not.
 */
export async function playRow(
  t: TestContext,
  row: Row,
  cast: Cast,
  passed: (step: Step) => void,
): Promise<void> {
  const address = serviceAddresses[row.family];
  const ipv6 = row.family === "IPv6";
  const fixture = await labFor(t, { ipv6, prober: { address, every: 20 } });
  const capture = await startCapture(fixture.lab.switch);
  const spans = await new Stage(fixture, row, cast).play();
  const verdicts = judge(new Wire(row, cast, await capture.finish(row.checksum)), spans);
  for (const step of steps) {
    verdicts[step]();
    passed(step);
  }
}

/**
 * Plays a row that the installed peer is too old for: Gatepair comes with the higher priority, and
 * the peer stays Active beside it, because it takes what it hears for damaged.
 */
export async function playRefusal(t: TestContext, row: Row): Promise<void> {
  const cast = { gw1: "gatepair", gw2: "peer" } as const;
  const fixture = await labFor(t, { prober: { address: serviceAddresses.IPv4, every: 20 } });
  const capture = await startCapture(fixture.lab.switch);
  const { beside, whole } = await new Stage(fixture, row, cast).playRefusal();
  const ours = new Wire(row, cast, await capture.finish(row.checksum));
  ours.assertAdvertises("gw1", beside);
  const theirs = new Wire(row, cast, await decodeCapture(capture.file, "with_pseudo_header"));
  theirs.assertStaysActive("gw2", "gw1", whole);
}
