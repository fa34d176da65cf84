import { milliseconds, type Milliseconds, seconds } from "#base/time.ts";
import type { Respond } from "../commands.ts";
import { type Outlet, performTimer } from "../outlet.ts";
import { PacketJournal, type ReceivedPacket } from "./packets.ts";
import { type RecordedTurn, TurnJournal } from "./turns.ts";

/** After something happened: what follows from it belongs to the recording, too. */
const settling = seconds(1);
/** Between the chunks of a recording that is being handed over, so that nothing waits for it. */
const breath = milliseconds(5);

/**
 * Machines and packets whose part is to be handed over. Not those that open another chunk
 * meanwhile: with many machines there would be no end.
 */
interface Due {
  readonly units: TurnJournal[];
  readonly packets: string[];
}

/**
 * What happened, as plain values: every turn of the state machines and every packet. Here they are
 * only gathered, and equal ones summed; what becomes of them is for another thread. Bounded: each
 * machine has one chunk here, the packets one for each VRID and verdict.
 */
export class Journal {
  readonly #outlet: Outlet;
  readonly #units = new Map<string, TurnJournal>();
  readonly #packets: PacketJournal;
  /** Who waits for the recording. */
  #waiting: Respond[] = [];
  #armed = false;
  /** What the hand-over that is under way has before it. */
  #due: Due | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
    this.#packets = new PacketJournal(outlet.ports.journal);
  }

  turn(turn: RecordedTurn): void {
    this.#unitNamed(turn.unit).add(turn);
    if (turn.actions.some(({ type }) => type === "transition")) this.#arm(settling);
  }

  packet(received: ReceivedPacket): void {
    this.#packets.add(received);
  }

  /** Answers with the file of a recording of all until now. */
  export(respond: Respond): void {
    this.#waiting.push(respond);
    this.#due = undefined;
    this.#arm(breath);
  }

  timerFired(): void {
    this.#armed = false;
    this.#due ??= this.#allOpen();
    if (this.#handOverSome(this.#due)) {
      this.#arm(breath);
    } else {
      this.#due = undefined;
      this.#write();
    }
  }

  /** At the end of the daemon, when nothing has to be in time any more. */
  close(): void {
    const due = this.#allOpen();
    while (this.#handOverSome(due));
    this.#write();
  }

  #write(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const { journal } = this.#outlet.ports;
    if (waiting.length === 0) journal.write(undefined);
    for (const respond of waiting) journal.write(respond);
  }

  #allOpen(): Due {
    const units = [...this.#units.values()].filter(({ isEmpty }) => !isEmpty);
    return { units, packets: this.#packets.keys };
  }

  /** One chunk of what is due; says whether there may be more. */
  #handOverSome({ units, packets }: Due): boolean {
    const unit = units.shift();
    unit?.handOver();
    return unit !== undefined || this.#packets.handOver(packets);
  }

  #unitNamed(name: string): TurnJournal {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    const unit = new TurnJournal(name, this.#outlet.ports.journal);
    this.#units.set(name, unit);
    return unit;
  }

  #arm(duration: Milliseconds): void {
    // One that is armed already comes in time: a flapping router must not put it off for ever.
    if (this.#armed) return;
    this.#armed = true;
    const timer = { type: "arm-timer", timer: "hand-over", duration, generation: 0 } as const;
    performTimer(this.#outlet, "journal", timer);
  }
}
