import type { Instant } from "#base/time.ts";
import { seconds, milliseconds, type Milliseconds } from "#base/time.ts";
import type { PacketEntry, StepEntry } from "#recording/entries.ts";
import { entryCost, samePacket, sameStep } from "#recording/runs.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/events.ts";
import type { VirtualRouterParameters, VirtualRouterState } from "#vrrp/virtual-router.ts";
import type { Respond } from "./commands.ts";
import { type Outlet, performTimer } from "./outlet.ts";

/** A chunk is handed over when it has so many entries, or about so many bytes. */
const longestChunk = 32;
const largestChunk = 16 * 1024;

/** After something happened: what follows from it belongs to the recording, too. */
const settling = seconds(1);
/** Between the chunks of a recording that is being handed over, so that nothing waits for it. */
const breath = milliseconds(5);

/** Of packets and steps that are unlike the one before, a flood would fill the journal. */
const mostEachSecond = 200;

/** Longer than any packet that fits an Ethernet frame. */
const longestPacket = 1500;

/** One turn of a state machine. */
export interface RecordedTurn {
  readonly unit: string;
  readonly parameters: VirtualRouterParameters;
  readonly before: VirtualRouterState;
  readonly event: VirtualRouterEvent;
  readonly actions: readonly VirtualRouterAction[];
  readonly at: Instant;
}

export type ReceivedPacket = Pick<
  PacketEntry,
  "interfaceName" | "bytes" | "localAddress" | "verdict" | "at"
>;

/** The steps of one machine that were not handed over yet. */
interface OpenChunk {
  readonly parameters: VirtualRouterParameters;
  readonly state: VirtualRouterState;
  readonly entries: StepEntry[];
  cost: number;
}

/**
 * Machines and verdicts whose part is to be handed over. Not those that open another chunk
 * meanwhile: with many machines there would be no end.
 */
interface Due {
  readonly units: string[];
  readonly packets: string[];
}

interface UnitJournal {
  sequence: number;
  open: OpenChunk | undefined;
  readonly budget: Budget;
}

/**
 * What happened, as plain values: every turn of the state machines and every packet. Here they are
 * only gathered, and equal ones summed; what becomes of them is for another thread. Bounded: each
 * machine has one chunk here, the packets one for each verdict.
 */
export class Journal {
  readonly #outlet: Outlet;
  readonly #units = new Map<string, UnitJournal>();
  /** The newest packet by what was said of it: repetitions of it are only counted. */
  readonly #packets = new Map<string, PacketEntry>();
  #seen: PacketEntry[] = [];
  #packetSequence = 0;
  readonly #packetBudget = new Budget();
  /** Who waits for the recording. */
  #waiting: Respond[] = [];
  #armed = false;
  /** What the hand-over that is under way has before it. */
  #due: Due | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  turn(turn: RecordedTurn): void {
    const unit = this.#unitNamed(turn.unit);
    const { event, actions, at } = turn;
    const last = unit.open?.entries.at(-1);
    if (last !== undefined && sameStep(last, turn)) {
      last.until = at;
      last.count++;
    } else if (unit.budget.take(at)) {
      const entry = { event, actions, at, until: at, count: 1 };
      unit.open ??= { parameters: turn.parameters, state: turn.before, entries: [], cost: 0 };
      unit.open.entries.push(entry);
      unit.open.cost += entryCost(entry);
      if (isFull(unit.open)) this.#handOver(turn.unit, unit);
    } else {
      // The next chunk begins from another state than this one ends in: the number shows it.
      this.#outlet.ports.journal.lose(1);
      this.#handOver(turn.unit, unit);
      unit.sequence++;
    }
    if (actions.some(({ type }) => type === "transition")) this.#arm(settling);
  }

  packet(received: ReceivedPacket): void {
    const { verdict, interfaceName, at, bytes } = received;
    const said = "accepted" in verdict ? `accepted ${verdict.accepted}` : verdict.refused;
    const key = `${said} ${interfaceName}`;
    const last = this.#packets.get(key);
    if (last !== undefined && samePacket(last, received)) {
      last.until = at;
      last.count++;
      return;
    }
    if (!this.#packetBudget.take(at)) {
      this.#outlet.ports.journal.lose(1);
      return;
    }
    const kept = bytes.length > longestPacket ? bytes.slice(0, longestPacket) : bytes;
    const { length } = bytes;
    this.#packets.set(key, { ...received, bytes: kept, length, until: at, count: 1 });
    if (last === undefined) return;
    this.#seen.push(last);
    if (this.#seen.length >= longestChunk) this.#handOverPackets();
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
    const open = [...this.#units].filter(([, unit]) => unit.open !== undefined);
    return { units: open.map(([name]) => name), packets: [...this.#packets.keys()] };
  }

  /** One chunk of what is due; says whether there may be more. */
  #handOverSome(due: Due): boolean {
    const name = due.units.shift();
    if (name !== undefined) {
      this.#handOver(name, this.#unitNamed(name));
      return true;
    }
    for (const key of due.packets.splice(0, longestChunk)) {
      const packet = this.#packets.get(key);
      if (packet !== undefined) this.#seen.push(packet);
      this.#packets.delete(key);
    }
    if (this.#seen.length > 0) this.#handOverPackets();
    return due.packets.length > 0;
  }

  #handOver(name: string, unit: UnitJournal): void {
    if (unit.open === undefined) return;
    const { parameters, state, entries } = unit.open;
    const sequence = unit.sequence++;
    unit.open = undefined;
    const chunk = { type: "steps", unit: name, sequence, parameters, state, entries } as const;
    this.#outlet.ports.journal.keep(chunk);
  }

  #handOverPackets(): void {
    const entries = this.#seen;
    this.#seen = [];
    this.#outlet.ports.journal.keep({
      type: "packets",
      sequence: this.#packetSequence++,
      entries,
    });
  }

  #unitNamed(name: string): UnitJournal {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    const unit = { sequence: 0, open: undefined, budget: new Budget() };
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

/** So many in each second, and no more. */
class Budget {
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;

  take(at: Instant): boolean {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) this.#taken = 0;
    this.#second = second;
    this.#taken++;
    return this.#taken <= mostEachSecond;
  }
}

function isFull({ entries, cost }: OpenChunk): boolean {
  return entries.length >= longestChunk || cost >= largestChunk;
}
