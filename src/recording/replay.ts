import type { IpFamily } from "#base/ip-address.ts";
import { bytesToHex } from "#base/hex.ts";
import { sameValue } from "#base/same-value.ts";
import { instant } from "#base/time.ts";
import { composeAdvertisement, frameAdvertisement } from "#vrrp/packets/compose-advertisement.ts";
import { encodeAnnouncement } from "#vrrp/packets/families.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import { dropCauseOf, judgePacket } from "#vrrp/receiving/judge-packet.ts";
import { initialState, stepVirtualRouter } from "#vrrp/machine/state-machine.ts";
import {
  familyOfLeg,
  type VirtualRouterParameters,
  type VirtualRouterState,
} from "#vrrp/virtual-router.ts";
import type { RecordedUnit } from "./entries.ts";
import type { LineOf, RecordedLine } from "./lines.ts";
import { countArmed } from "./runs.ts";

/** Where the replay came to something else than what was recorded. */
export interface Difference {
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** What became of one line. */
export interface Replayed {
  readonly line: RecordedLine;
  /** The machine's state before and after it, where a machine took part. */
  readonly before?: VirtualRouterState | undefined;
  readonly after?: VirtualRouterState | undefined;
  readonly event?: VirtualRouterEvent | undefined;
  /** The actions of this time, of the last one in a run. */
  readonly actions?: readonly VirtualRouterAction[] | undefined;
  readonly differences: readonly Difference[];
  /** The line cannot be replayed, and why. */
  readonly problem?: string | undefined;
}

interface Machine {
  readonly parameters: VirtualRouterParameters;
  readonly sequence: number | undefined;
  state: VirtualRouterState;
}

/** Runs the state machines and the receive checks over a recording, line by line. */
export class Replay {
  readonly #machines = new Map<string, Machine>();
  #units: readonly RecordedUnit[] = [];

  /** Never throws: what is in the line may be anything. */
  replay(line: RecordedLine): Replayed {
    try {
      return this.#replay(line);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { line, differences: [], problem: `it cannot be replayed: ${problem}` };
    }
  }

  #replay(line: RecordedLine): Replayed {
    switch (line.type) {
      case "recording":
        this.#units = line.units;
        this.#machines.clear();
        return { line, differences: [] };
      case "machine":
        return this.#begin(line);
      case "step":
        return this.#step(line);
      case "packet":
        return this.#receive(line);
      case "sent":
        return this.#send(line);
      case "announced": {
        const frame = encodeAnnouncement({ address: line.address, mac: line.mac });
        return { line, differences: compare(bytesToHex(line.frame), bytesToHex(frame)) };
      }
      case "lost":
        this.#machines.clear();
        return { line, differences: [] };
    }
  }

  /** A machine that goes on from where the replay has it must be in the state that is told. */
  #begin(line: LineOf<"machine">): Replayed {
    const { unit, parameters, sequence, state = initialState(parameters, line.at) } = line;
    const known = this.#machines.get(unit);
    this.#machines.set(unit, { parameters, sequence, state });
    const goesOn = known?.sequence !== undefined && known.sequence + 1 === sequence;
    const differs = goesOn && !sameValue(known.state, state);
    const differences = differs ? [{ recorded: state, replayed: known.state }] : [];
    return { line, before: known?.state, after: state, differences };
  }

  #step(line: LineOf<"step">): Replayed {
    const machine = this.#machines.get(line.unit);
    if (machine === undefined) return unknownUnit(line, line.unit);
    return this.#run(machine, line, [line.event, ...line.moreEvents], line.actions);
  }

  #receive(line: LineOf<"packet">): Replayed {
    if (line.length !== undefined) return { line, differences: [] };
    const verdict = judgePacket(line.packet, (vrid, family) => this.#find(line, { vrid, family }));
    const cause = dropCauseOf(verdict);
    const replayed =
      verdict.type === "accepted" ? { accepted: verdict.to.parameters.id } : { refused: cause };
    const differs = !sameValue(line.verdict, replayed);
    const differences = differs ? [{ recorded: line.verdict, replayed }] : [];
    if (line.actions === undefined || differs) return { line, differences };
    if (verdict.type !== "accepted") return { line, differences: compare(line.actions, []) };
    const machine = this.#machines.get(verdict.to.unit);
    if (machine === undefined) return unknownUnit(line, verdict.to.unit);
    const { advertisement, source } = verdict;
    const localAddress = verdict.to.isFirst ? line.localAddress : undefined;
    const event = { type: "advertisement", advertisement, source, localAddress } as const;
    return this.#run(machine, line, [event], line.actions);
  }

  #send(line: LineOf<"sent">): Replayed {
    const legs = this.#units.flatMap((unit) => unit.legs);
    const leg = legs.find(({ id }) => id === line.leg);
    if (leg === undefined) return unknownUnit(line, line.leg);
    const packet = composeAdvertisement(leg, line, line.priority);
    const frame = frameAdvertisement(leg, line.destination, packet);
    const differences = [
      ...compare(bytesToHex(line.packet), bytesToHex(packet)),
      ...compare(line.frame && bytesToHex(line.frame), frame && bytesToHex(frame)),
    ];
    return { line, differences };
  }

  #find(
    { interface: interfaceName, localAddress }: LineOf<"packet">,
    { vrid, family }: { vrid: number; family: IpFamily },
  ) {
    for (const { name, legs } of this.#units) {
      for (const [index, parameters] of legs.entries()) {
        if (parameters.vrid !== vrid || parameters.interfaceName !== interfaceName) continue;
        if (familyOfLeg(parameters) !== family) continue;
        return { unit: name, isFirst: index === 0, parameters, localAddress };
      }
    }
    return undefined;
  }

  /** As often as the line says it happened; ends where it turns out otherwise. */
  #run(
    machine: Machine,
    line: LineOf<"step"> | LineOf<"packet">,
    events: readonly [VirtualRouterEvent, ...VirtualRouterEvent[]],
    recorded: readonly VirtualRouterAction[],
  ): Replayed {
    const before = machine.state;
    const armed = countArmed(recorded);
    let actions: readonly VirtualRouterAction[] = [];
    let [event] = events;
    for (let index = 0; index < line.count; index++) {
      const shift = index * armed;
      const now = timeOf(line, index);
      event = raise(events[index % events.length] ?? event, shift);
      const step = stepVirtualRouter(machine.parameters, machine.state, event, now);
      machine.state = step.state;
      actions = step.actions;
      const expected = shift === 0 ? recorded : recorded.map((action) => raise(action, shift));
      const differences = compare(expected, actions);
      if (differences.length > 0) {
        return { line, before, after: machine.state, event, actions, differences };
      }
    }
    return { line, before, after: machine.state, event, actions, differences: [] };
  }
}

/** Spread evenly over the run, whose first and last time are known. */
function timeOf({ at, until = at, count }: LineOf<"step"> | LineOf<"packet">, index: number) {
  if (index === count - 1) return count === 1 ? at : until;
  return instant(at + (index * (until - at)) / (count - 1));
}

/** Timers count on through a run (ArmTimer): the generation that the first one had, and so many. */
function raise<Value extends VirtualRouterEvent | VirtualRouterAction>(
  value: Value,
  by: number,
): Value {
  if (by === 0 || !("generation" in value)) return value;
  return { ...value, generation: value.generation + by };
}

function compare(recorded: unknown, replayed: unknown): Difference[] {
  return sameValue(recorded, replayed) ? [] : [{ recorded, replayed }];
}

function unknownUnit(line: RecordedLine, unit: string): Replayed {
  return { line, differences: [], problem: `nothing is known of ${unit} before this line` };
}
