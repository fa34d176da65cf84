import { type Instant, instant } from "#base/time.ts";
import type { Appointment, EventQueue } from "./event-queue.ts";

/** Something that will happen on one machine. */
export interface Task {
  cancel(): void;
}

interface Waiting {
  readonly run: () => void;
  /** Undefined while the machine sleeps. */
  appointment: Appointment | undefined;
  /** What is left when it sleeps, in true milliseconds. */
  left: number;
}

/**
 * A machine's own time: it began elsewhere than the others', and runs a little faster or slower.
 * The whole machine can stand still, with its kernel: then nothing happens on it.
 */
export class Machine {
  readonly #queue: EventQueue;
  readonly #rate: number;
  readonly #begin: number;
  readonly #waiting = new Set<Waiting>();
  #sleeping: { readonly since: number; readonly counted: boolean } | undefined;
  /** How much of the true time its clock did not count. */
  #missed = 0;

  constructor(queue: EventQueue, clock: { readonly rate: number; readonly begin: number }) {
    this.#queue = queue;
    this.#rate = clock.rate;
    this.#begin = clock.begin;
  }

  get sleeping(): boolean {
    return this.#sleeping !== undefined;
  }

  /** CLOCK_BOOTTIME. */
  bootTime(): Instant {
    return instant(this.#begin + (this.#queue.now - this.#missed) * this.#rate);
  }

  /** After so many milliseconds of its own clock, those in which it sleeps not counted. */
  after(span: number, run: () => void): Task {
    const waiting: Waiting = { run, appointment: undefined, left: span / this.#rate };
    this.#waiting.add(waiting);
    if (!this.sleeping) this.#appoint(waiting);
    return { cancel: () => this.#forget(waiting) };
  }

  /**
   * Stands still. `counted`: a suspend, which the boot clock counts and timers do not
   * (CLOCK_MONOTONIC); otherwise as a virtual machine that its host stops.
   */
  sleep(counted: boolean): void {
    this.#sleeping = { since: this.#queue.now, counted };
    for (const waiting of this.#waiting) {
      if (waiting.appointment === undefined) continue;
      waiting.left = waiting.appointment.at - this.#queue.now;
      waiting.appointment.cancelled = true;
      waiting.appointment = undefined;
    }
  }

  wake(): void {
    if (this.#sleeping === undefined) return;
    const { since, counted } = this.#sleeping;
    if (!counted) this.#missed += this.#queue.now - since;
    this.#sleeping = undefined;
    for (const waiting of this.#waiting) this.#appoint(waiting);
  }

  #appoint(waiting: Waiting): void {
    waiting.appointment = this.#queue.add(this.#queue.now + waiting.left, () => {
      this.#waiting.delete(waiting);
      waiting.run();
    });
  }

  #forget(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (waiting.appointment !== undefined) waiting.appointment.cancelled = true;
  }
}
