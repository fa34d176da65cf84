import { chance } from "./chance.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Frame } from "./frame.ts";
import { calmWire, type WireQuality } from "./scenario.ts";

/** Called with what arrives at a host. */
export type Receive = (frame: Frame) => void;

/** One LAN: whatever a host sends on it reaches all others, or not. */
export class Segment {
  quality: WireQuality = calmWire;
  /** Hosts of different groups do not hear each other; none are apart when it is empty. */
  groups: readonly number[] = [];
  /** Called with all that is sent, before anything happens to it: a client at every cable. */
  onSent: (frame: Frame) => void = () => {};
  readonly #cuts = new Set<string>();
  readonly #queue: EventQueue;
  readonly #seed: number;
  readonly #hosts: Receive[] = [];
  /** Packets by direction, so far. */
  readonly #counts = new Map<string, number>();
  /** When the last packet of a direction arrives. */
  readonly #arrivals = new Map<string, number>();

  constructor(queue: EventQueue, seed: number) {
    this.#queue = queue;
    this.#seed = seed;
  }

  /** The hosts are numbered as they are attached. */
  attach(receive: Receive): void {
    this.#hosts.push(receive);
  }

  cut(from: number, to: number): void {
    this.#cuts.add(`${from} ${to}`);
  }

  join(): void {
    this.#cuts.clear();
    this.groups = [];
  }

  send(from: number, frame: Frame): void {
    this.onSent(frame);
    this.#hosts.forEach((receive, to) => {
      if (to !== from) this.#pass({ from, to }, () => receive(frame));
    });
  }

  #pass({ from, to }: { from: number; to: number }, deliver: () => void): void {
    const way = `${from} ${to}`;
    const count = (this.#counts.get(way) ?? 0) + 1;
    this.#counts.set(way, count);
    if (this.#cuts.has(way) || this.groups[from] !== this.groups[to]) return;
    const { loss, duplicates, delay } = this.quality;
    const fate = (what: number) => chance(this.#seed, from, to, count, what);
    if (fate(0) < loss) return;
    const copies = fate(1) < duplicates ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const [least, most] = delay;
      const at = this.#queue.now + least + (most - least) * fate(2 + copy);
      this.#queue.add(this.#inOrder(way, at), deliver);
    }
  }

  /** A LAN that is well may be slow, but nothing overtakes anything. */
  #inOrder(way: string, at: number): number {
    if (this.quality !== calmWire) return at;
    const arrival = Math.max(at, this.#arrivals.get(way) ?? 0);
    this.#arrivals.set(way, arrival);
    return arrival;
  }
}
