import { openPacket } from "#vrrp/receiving/receive-checks.ts";
import { chance } from "./chance.ts";
import { Client } from "./client.ts";
import { EventQueue } from "./event-queue.ts";
import { count, hostSettings } from "./host-settings.ts";
import type { Frame } from "./frame.ts";
import { LanHost } from "./lan-host.ts";
import { routerName, vridOf } from "./names.ts";
import { Rules } from "./rules.ts";
import { Segment } from "./segment.ts";
import { calmWire, describeMove, hostName, type Move, type Scenario } from "./scenario.ts";

/** A change of role, at a time in milliseconds. */
export interface Transition {
  readonly at: number;
  readonly host: number;
  readonly router: number;
  readonly from: string;
  readonly to: string;
}

/** An Advertisement that a host sent. */
export interface SentAdvertisement {
  readonly at: number;
  readonly host: number;
  readonly router: number;
  readonly segment: number;
  readonly priority: number;
}

/** All hosts start within so many milliseconds. */
const startSpread = 50;

/** Several whole hosts on one to three LANs, in virtual time. Breaks off when a rule is broken. */
export class SimulatedLan {
  readonly scenario: Scenario;
  readonly hosts: readonly LanHost[];
  readonly transitions: Transition[] = [];
  readonly sent: SentAdvertisement[] = [];
  /** What happened, for people. */
  readonly story: string[] = [];
  /** One on each segment, which hears everything that is sent there. */
  readonly clients: readonly Client[];
  readonly #queue = new EventQueue();
  readonly #segments: readonly Segment[];
  readonly #rules: Rules;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.#rules = new Rules(scenario);
    this.#segments = count(scenario.segments).map((index) => {
      return new Segment(this.#queue, 8 * scenario.seed + index);
    });
    this.hosts = scenario.hosts.map((_, index) => this.#createHost(index));
    this.clients = this.#segments.map((segment) => this.#attach(segment));
    for (const host of this.hosts) {
      const at = startSpread * chance(scenario.seed, host.index, 3);
      this.#queue.add(at, () => host.start());
    }
  }

  get now(): number {
    return this.#queue.now;
  }

  pass(span: number): this {
    this.#queue.run(this.now + span);
    return this;
  }

  /** The hosts that are Active for the router. */
  activeHosts(router: number): LanHost[] {
    return this.hosts.filter((host) => host.role(router) === "active");
  }

  move(move: Move): this {
    this.#tell(describeMove(move));
    if ("host" in move) this.#moveHost(move);
    else this.#moveSegment(move);
    return this;
  }

  /** All faults are over, and every host runs. */
  heal(): this {
    this.#tell("all is well from here on");
    for (const segment of this.#segments) {
      segment.quality = calmWire;
      segment.join();
    }
    for (const host of this.hosts) this.#healHost(host);
    return this;
  }

  #healHost(host: LanHost): void {
    for (const segment of this.#segments.keys()) {
      host.setLink(segment, "up");
      host.setOwnAddresses(segment, true);
      host.filter(segment, false);
    }
    host.track(true);
    host.goOn();
    host.start();
    host.handOver(true);
  }

  #moveSegment(move: Exclude<Move, { host: number }>): void {
    const segment = this.#segments[move.segment];
    if (segment === undefined) return;
    if (move.do === "wire") segment.quality = move.quality;
    else if (move.do === "cut") segment.cut(move.from, move.to);
    else if (move.do === "split") segment.groups = move.groups;
    else segment.join();
  }

  #moveHost(move: Extract<Move, { host: number }>): void {
    const host = this.hosts[move.host];
    if (host === undefined || ("segment" in move && move.segment >= this.#segments.length)) return;
    switch (move.do) {
      case "stand-still":
        return host.standStill(move.how, move.span);
      case "kill":
        return host.kill();
      case "stop":
        return host.stop();
      case "power-off":
        return host.powerOff();
      case "start":
        return host.start();
      case "link":
        return host.setLink(move.segment, move.state);
      case "track":
        return host.track(move.well);
      case "hand-over":
        return host.handOver(move.cancel);
      case "remove-address":
        return host.removeAddresses(move.segment);
      case "own-address":
        return host.setOwnAddresses(move.segment, move.there);
      case "filter":
        return host.filter(move.segment, move.on);
    }
  }

  #createHost(index: number): LanHost {
    const { scenario } = this;
    return new LanHost({
      index,
      scenario,
      queue: this.#queue,
      segments: this.#segments,
      settings: hostSettings(scenario, index),
      observer: {
        onHandled: (host) => this.#rules.checkState(host),
        onSending: (host, name, frame) => this.#noteSent(host, name, frame),
        onLog: (host, event, fields) => this.#noteLog(host, event, fields),
      },
    });
  }

  #attach(segment: Segment): Client {
    const client = new Client();
    const index = this.#segments.indexOf(segment);
    for (const host of this.hosts) {
      segment.attach((frame) => host.receive(index, frame));
    }
    segment.onSent = ({ claim }) => {
      if (claim !== undefined) client.hear(claim);
    };
    return client;
  }

  #noteSent(host: LanHost, segment: number, { kind, bytes, ...frame }: Frame): void {
    if (kind !== "packet") return this.#rules.checkClaim(host, frame.claim);
    const opened = openPacket(bytes);
    if (!opened.ok) throw new Error(`${host.name} sends what every other host refuses`);
    const { advertisement } = opened.value;
    this.#rules.checkAdvertisement(host, advertisement);
    this.#rules.checkWay(host, { ...opened.value, sourceMac: frame.sourceMac });
    const { priority, vrid } = advertisement;
    const router = vrid - vridOf(0);
    this.sent.push({ at: this.now, host: host.index, router, segment, priority });
  }

  #noteLog(host: LanHost, event: string, fields: Readonly<Record<string, unknown>>): void {
    if (event !== "router.transition") return;
    const { router: name, from, to, reason } = fields;
    const router = count(this.scenario.routers).findIndex((index) => routerName(index) === name);
    const transition = { at: this.now, host: host.index, router, from: String(from) };
    this.transitions.push({ ...transition, to: String(to) });
    const what = `${hostName(host.index)} ${String(name)}: ${String(from)} -> ${String(to)}`;
    this.#tell(`    ${what}: ${String(reason)}`);
  }

  #tell(what: string): void {
    this.story.push(`${this.now.toFixed(3).padStart(12)} ms: ${what}`);
  }
}
