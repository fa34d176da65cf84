/** Something that will happen at a point of virtual time, unless it is cancelled. */
export interface Appointment {
  /** Milliseconds of true time. */
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * Virtual time, the same for the whole network, and what is due in it: earliest first, and of two
 * at the same moment the one that was made first. So a run is the same each time.
 */
export class EventQueue {
  #now = 0;
  #count = 0;
  /** A binary heap: each entry is due no later than the two at twice its place, plus 1 and 2. */
  readonly #heap: Appointment[] = [];

  get now(): number {
    return this.#now;
  }

  add(at: number, run: () => void): Appointment {
    const appointment = { at, order: this.#count++, run, cancelled: false };
    this.#heap.push(appointment);
    this.#rise(this.#heap.length - 1);
    return appointment;
  }

  /** Lets time pass until then, with everything that is due meanwhile. */
  run(until: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until; next = this.#heap[0]) {
      this.#removeFirst();
      if (next.cancelled) continue;
      this.#now = next.at;
      next.run();
    }
    this.#now = until;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(place: number): void {
    const parent = (place - 1) >> 1;
    if (place === 0 || !this.#isBefore(place, parent)) return;
    this.#swap(place, parent);
    this.#rise(parent);
  }

  #sink(place: number): void {
    const [left, right] = [2 * place + 1, 2 * place + 2];
    const child = this.#isBefore(right, left) ? right : left;
    if (!this.#isBefore(child, place)) return;
    this.#swap(place, child);
    this.#sink(child);
  }

  #isBefore(left: number, right: number): boolean {
    const [one, other] = [this.#heap[left], this.#heap[right]];
    if (one === undefined || other === undefined) return one !== undefined;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swap(left: number, right: number): void {
    const [one, other] = [this.#heap[left], this.#heap[right]];
    if (one === undefined || other === undefined) return;
    this.#heap[left] = other;
    this.#heap[right] = one;
  }
}
