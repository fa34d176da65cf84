import type { IpAddress } from "#base/ip-address.ts";
import type { Instant } from "#base/time.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import type { DropCause } from "#vrrp/receiving/judge-packet.ts";
import type {
  LegParameters,
  VirtualRouterParameters,
  VirtualRouterState,
} from "#vrrp/virtual-router.ts";

/** Something that happened `count` times in a row, evenly enough, from `at` until `until`. */
export interface Occurrence {
  at: Instant;
  until: Instant;
  count: number;
}

/** An event of a state machine and what came of it. Of equal ones the first is told. */
export interface StepEntry extends Occurrence {
  readonly event: VirtualRouterEvent;
  /** What happens in turn with it, to the same effect, as Advertisements on several legs do. */
  readonly moreEvents: VirtualRouterEvent[];
  readonly actions: readonly VirtualRouterAction[];
}

/** The leg that accepted a packet, by its id, or the check that refused it. */
export type RecordedVerdict = { readonly accepted: string } | { readonly refused: DropCause };

/** A packet as it was received. */
export interface PacketEntry extends Occurrence {
  readonly interfaceName: string;
  /** With its IP header; no more than the journal keeps of one. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** This host's address on the interface, where it was looked at. */
  readonly localAddress: IpAddress | undefined;
  readonly verdict: RecordedVerdict;
}

/** Steps of one state machine in a row, with the state that they began from. */
export interface StepChunk {
  readonly type: "steps";
  readonly unit: string;
  /** From 0; a number that is missing was lost. */
  readonly sequence: number;
  readonly parameters: VirtualRouterParameters;
  readonly state: VirtualRouterState;
  readonly entries: readonly StepEntry[];
}

export interface PacketChunk {
  readonly type: "packets";
  readonly sequence: number;
  readonly entries: readonly PacketEntry[];
}

export type Chunk = StepChunk | PacketChunk;

/** What moves as one, and where: RouterSettings, as far as a recording tells it. */
export interface RecordedUnit {
  readonly name: string;
  readonly legs: readonly LegParameters[];
}

/** What a recording begins with. */
export interface RecordingHeader {
  readonly program: string;
  readonly routerId: string;
  readonly units: readonly RecordedUnit[];
}

/** When a recording was taken, in both times: it relates the one to the other. */
export interface Taken {
  readonly at: Instant;
  /** ISO 8601. */
  readonly time: string;
}
