import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/events.ts";
import type { PacketEntry, StepEntry } from "./entries.ts";

type Turn = {
  readonly event: VirtualRouterEvent;
  readonly actions: readonly VirtualRouterAction[];
};

/** What a machine does over and over while nothing happens. */
const steadyActions: ReadonlySet<VirtualRouterAction["type"]> = new Set([
  "send-advertisement",
  "arm-timer",
  "two-active",
] as const);

/**
 * Whether a row of such turns may be told as one: a replay spreads them evenly between the first
 * and the last, which changes nothing where only the last one's time is remembered.
 */
export function isSteady({ event, actions }: Turn): boolean {
  if (event.type !== "advertisement" && event.type !== "timer-fired") return false;
  return actions.every(({ type }) => steadyActions.has(type));
}

/**
 * Whether a turn goes on with the run: it is like the first one, and its timers count on from there
 * by as many generations as each turn of the run arms.
 */
export function sameStep(entry: StepEntry, { event, actions }: Turn): boolean {
  const shift = entry.count * countArmed(entry.actions);
  return same(entry.event, event, shift) && same(entry.actions, actions, shift);
}

/** How many generations a turn takes. */
export function countArmed(actions: readonly VirtualRouterAction[]): number {
  let armed = 0;
  for (const { type } of actions) if (type === "arm-timer") armed++;
  return armed;
}

export function samePacket(
  entry: PacketEntry,
  packet: Pick<PacketEntry, "bytes" | "localAddress">,
): boolean {
  const { bytes } = packet;
  // One that was cut is another one each time: so long ones are rare.
  if (entry.length !== bytes.length || entry.bytes.length !== bytes.length) return false;
  if (entry.localAddress !== packet.localAddress) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (entry.bytes[index] !== bytes[index]) return false;
  }
  return true;
}

/** About the bytes that an entry takes. */
export function entryCost({ event, actions }: Turn): number {
  const addresses = event.type === "advertisement" ? event.advertisement.addresses.length : 0;
  return 200 + 80 * actions.length + 40 * addresses;
}

/** On the way of each Advertisement: compares without making anything. */
function same(left: unknown, right: unknown, shift: number): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  if (left === null || right === null) return false;
  for (const key in left) if (!sameAt(key, left, right, shift)) return false;
  for (const key in right) if (!(key in left)) return false;
  return true;
}

type Plain = Readonly<Record<string, unknown>>;

function sameAt(key: string, left: object, right: object, shift: number): boolean {
  const ours = (left as Plain)[key];
  const theirs = (right as Plain)[key];
  if (key !== "generation") return same(ours, theirs, shift);
  return typeof ours === "number" && ours + shift === theirs;
}
