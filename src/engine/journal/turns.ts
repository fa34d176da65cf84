import type { Instant } from "#base/time.ts";
import type { StepChunk, StepEntry } from "#recording/entries.ts";
import { entryCost, joinRun } from "#recording/runs.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import type { VirtualRouterParameters, VirtualRouterState } from "#vrrp/virtual-router.ts";
import type { JournalPort } from "../ports.ts";
import { Budget } from "./budget.ts";

/** A chunk is handed over when it has so many entries, or about so many bytes. */
const longestChunk = 32;
const largestChunk = 16 * 1024;

/** One turn of a state machine. */
export interface RecordedTurn {
  readonly unit: string;
  readonly parameters: VirtualRouterParameters;
  readonly before: VirtualRouterState;
  readonly event: VirtualRouterEvent;
  readonly actions: readonly VirtualRouterAction[];
  readonly at: Instant;
}

/** The steps that were not handed over yet. */
interface OpenChunk {
  readonly parameters: VirtualRouterParameters;
  readonly state: VirtualRouterState;
  readonly entries: StepEntry[];
  cost: number;
}

/** The turns of one machine: one chunk of them at most. */
export class TurnJournal {
  readonly #unit: string;
  readonly #port: JournalPort;
  readonly #budget = new Budget();
  #sequence = 0;
  #open: OpenChunk | undefined;

  constructor(unit: string, port: JournalPort) {
    this.#unit = unit;
    this.#port = port;
  }

  get isEmpty(): boolean {
    return this.#open === undefined;
  }

  add(turn: RecordedTurn): void {
    const last = this.#open?.entries.at(-1);
    if (last !== undefined && joinRun(last, turn)) return;
    if (this.#budget.take(turn.at)) {
      this.#append(turn);
    } else {
      this.#skip();
    }
  }

  handOver(): void {
    if (this.#open === undefined) return;
    const { parameters, state, entries } = this.#open;
    this.#open = undefined;
    const sequence = this.#sequence++;
    const chunk: StepChunk = {
      type: "steps",
      unit: this.#unit,
      sequence,
      parameters,
      state,
      entries,
    };
    this.#port.keep(chunk);
  }

  #append({ parameters, before, event, actions, at }: RecordedTurn): void {
    const open = (this.#open ??= { parameters, state: before, entries: [], cost: 0 });
    const entry = { event, moreEvents: [], actions, at, until: at, count: 1 };
    open.entries.push(entry);
    open.cost += entryCost(entry);
    if (open.entries.length >= longestChunk || open.cost >= largestChunk) this.handOver();
  }

  /** The next chunk begins from another state than this one ends in: its number shows that. */
  #skip(): void {
    this.#port.lose(1);
    this.handOver();
    this.#sequence++;
  }
}
