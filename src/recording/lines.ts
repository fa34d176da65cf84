import * as z from "zod";
import { hexToBytes } from "#base/hex.ts";
import { camelCaseKeys } from "#base/key-case.ts";
import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { Instant } from "#base/time.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import type {
  LegParameters,
  VirtualRouterParameters,
  VirtualRouterState,
} from "#vrrp/virtual-router.ts";
import { legDefaults, parameterDefaults } from "./defaults.ts";
import { recordingFormat } from "./format.ts";

/** A longer run is no recording of ours: 10 ms for a day are fewer. */
const longestRun = 10_000_000;

const at = z.custom<Instant>((value) => Number.isFinite(value), "not a time");

/**
 * Only the shape that a line has around the values of the state machine. What is in them is for the
 * version of the machine that replays; what it cannot take is a difference like any other.
 */
const loosely = <Value>(defaults: Partial<Value> = {}) =>
  z.looseObject({}).transform((value) => ({ ...defaults, ...value }) as unknown as Value);
const actions = z.array(loosely<VirtualRouterAction>());
const occurrence = {
  at,
  until: at.optional(),
  count: z.int().min(1).max(longestRun).default(1),
};

const packet = z.string().transform((text, context) => {
  const bytes = hexToBytes(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: "custom", message: "not hex" });
  return z.NEVER;
});

const address = z.custom<IpAddress>((value) => typeof value === "string", "not an address");

const unit = z.object({ name: z.string(), legs: z.array(loosely<LegParameters>(legDefaults)) });

const line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("recording"),
    format: z.literal(recordingFormat),
    program: z.string().optional(),
    routerId: z.string().optional(),
    units: z.array(unit).default([]),
    taken: z.object({ at, time: z.iso.datetime() }).optional(),
    /** In a conformance case: which requirement, and what it shows of it. */
    requirement: z.string().optional(),
    proves: z.string().optional(),
  }),
  z.object({
    type: z.literal("machine"),
    unit: z.string(),
    at,
    sequence: z.int().min(0).optional(),
    parameters: loosely<VirtualRouterParameters>(parameterDefaults),
    /** As it begins when none is told. */
    state: loosely<VirtualRouterState>().optional(),
  }),
  z.object({
    type: z.literal("step"),
    unit: z.string(),
    ...occurrence,
    event: loosely<VirtualRouterEvent>(),
    /** In a run: what takes turns with it. */
    moreEvents: z.array(loosely<VirtualRouterEvent>()).default([]),
    actions,
  }),
  z.object({
    type: z.literal("packet"),
    ...occurrence,
    interface: z.string(),
    packet,
    /** How long it was, where not all of it was kept. */
    length: z.int().optional(),
    localAddress: address.optional(),
    verdict: z.union([
      z.strictObject({ accepted: z.string() }),
      z.strictObject({ refused: z.string() }),
    ]),
    /** Given when the packet is to be handed to the machine, and no step follows that says so. */
    actions: actions.optional(),
  }),
  /** In a conformance case: the packet by which a leg advertises itself. */
  z.object({
    type: z.literal("sent"),
    leg: z.string(),
    source: address,
    destination: address,
    priority: z.int().min(0).max(255),
    packet,
    /** Where the leg has a virtual MAC address: the frame around the packet. */
    frame: packet.optional(),
  }),
  /** In a conformance case: the frame that tells the network where an address is. */
  z.object({
    type: z.literal("announced"),
    address,
    mac: z.custom<MacAddress>((value) => typeof value === "string"),
    frame: packet,
  }),
  /** So many entries were lost before this line. */
  z.object({ type: z.literal("lost"), entries: z.int() }),
]);

export type RecordedLine = z.infer<typeof line>;
export type LineOf<Type extends RecordedLine["type"]> = Extract<RecordedLine, { type: Type }>;

export type ParsedLine =
  | { readonly ok: true; readonly line: RecordedLine }
  | { readonly ok: false; readonly problem: string };

/** One line of a recording; it may come from anywhere. */
export function parseLine(text: string): ParsedLine {
  let value: unknown;
  try {
    value = camelCaseKeys(JSON.parse(text));
  } catch {
    return { ok: false, problem: "it is no JSON" };
  }
  const result = line.safeParse(value);
  if (result.success) return { ok: true, line: result.data };
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") ?? "";
  return { ok: false, problem: `${place === "" ? "the line" : place}: ${issue?.message ?? ""}` };
}
