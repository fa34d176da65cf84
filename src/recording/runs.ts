import type { Instant } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import { repeats } from "#vrrp/packets/repetition.ts";
import type { ReceivedAdvertisement } from "#vrrp/virtual-router.ts";
import type { PacketEntry, StepEntry } from "./entries.ts";

interface Turn {
  readonly event: VirtualRouterEvent;
  readonly actions: readonly VirtualRouterAction[];
}

type SteadyAction = Extract<
  VirtualRouterAction,
  { type: "send-advertisement" | "arm-timer" | "two-active" }
>;

/** Nothing but what a machine does over and over while nothing happens. */
function isSteady({ type }: VirtualRouterAction): boolean {
  return type === "send-advertisement" || type === "arm-timer" || type === "two-active";
}

/** So many events may take turns in a run: a leg for each family, and the members of a group. */
const mostEvents = 8;

/**
 * Makes a turn part of a run, if it goes on with it: what comes of it is the same, its timers count
 * on from there by as many generations as each turn of the run arms, and its event is the one whose
 * turn it is. A replay spreads a run evenly between its first and its last turn; so only such turns
 * are in one as remember no time but the last one's.
 */
export function joinRun(entry: StepEntry, turn: Turn & { readonly at: Instant }): boolean {
  if (!sameActions(entry, turn) || !takesItsTurn(entry, turn)) return false;
  entry.until = turn.at;
  entry.count++;
  return true;
}

/** The event of the run that is the next one, or one more in its first round. */
function takesItsTurn(entry: StepEntry, { event, actions }: Turn): boolean {
  const events = 1 + entry.moreEvents.length;
  const place = entry.count % events;
  const expected = place === 0 ? entry.event : entry.moreEvents[place - 1];
  const shift = entry.count * countArmed(actions);
  if (expected !== undefined && sameEvent(expected, event, shift)) return true;
  if (entry.count > events || events === mostEvents) return false;
  if (entry.event.type !== "advertisement" || event.type !== "advertisement") return false;
  entry.moreEvents.push(event);
  return true;
}

function sameActions(entry: StepEntry, { actions }: Turn): boolean {
  if (entry.actions.length !== actions.length || !actions.every(isSteady)) return false;
  const shift = entry.count * countArmed(actions);
  return actions.every((action, index) => {
    return sameAction(entry.actions[index], action as SteadyAction, shift);
  });
}

/** How many generations a turn takes. */
export function countArmed(actions: readonly VirtualRouterAction[]): number {
  let armed = 0;
  for (const { type } of actions) if (type === "arm-timer") armed++;
  return armed;
}

/** One that was cut off is never the same. */
export function samePacket(
  entry: PacketEntry,
  packet: Pick<PacketEntry, "bytes" | "localAddress">,
): boolean {
  const { bytes, localAddress } = packet;
  if (entry.length !== bytes.length || entry.localAddress !== localAddress) return false;
  return repeats(bytes, entry.bytes);
}

/** About the bytes that an entry takes. */
export function entryCost({ event, actions }: Turn): number {
  const addresses = event.type === "advertisement" ? event.advertisement.addresses.length : 0;
  return 200 + 80 * actions.length + 40 * addresses;
}

// On the way of each Advertisement: written out, which takes an eighth of the time of a loop over keys.
// A new key makes one of these types wrong.

type Keys<Type, Known extends keyof Type> = Exclude<keyof Type, Known> extends never ? Type : never;

type KnownAdvertisement = Keys<
  Advertisement,
  "version" | "vrid" | "priority" | "interval" | "addresses" | "authentication"
>;
type KnownReceived = Keys<ReceivedAdvertisement, "advertisement" | "source" | "localAddress">;
type KnownArming = Keys<
  Extract<VirtualRouterAction, { type: "arm-timer" }>,
  "type" | "timer" | "duration" | "generation"
>;

function sameEvent(ours: VirtualRouterEvent, theirs: VirtualRouterEvent, shift: number): boolean {
  if (ours.type === "timer-fired" && theirs.type === "timer-fired") {
    return ours.timer === theirs.timer && ours.generation + shift === theirs.generation;
  }
  if (ours.type !== "advertisement" || theirs.type !== "advertisement") return false;
  return sameReceived(ours, theirs);
}

function sameReceived(ours: KnownReceived, theirs: KnownReceived): boolean {
  return (
    ours.source === theirs.source &&
    ours.localAddress === theirs.localAddress &&
    sameAdvertisement(ours.advertisement, theirs.advertisement)
  );
}

function sameAdvertisement(ours: KnownAdvertisement, theirs: KnownAdvertisement): boolean {
  return (
    ours.priority === theirs.priority &&
    ours.interval === theirs.interval &&
    ours.version === theirs.version &&
    ours.vrid === theirs.vrid &&
    keyOf(ours) === keyOf(theirs) &&
    sameList(ours.addresses, theirs.addresses)
  );
}

function keyOf({ authentication }: Advertisement): string | undefined {
  return authentication.type === "none" ? undefined : authentication.key;
}

function sameList(ours: readonly string[], theirs: readonly string[]): boolean {
  if (ours.length !== theirs.length) return false;
  for (let index = 0; index < ours.length; index++) {
    if (ours[index] !== theirs[index]) return false;
  }
  return true;
}

function sameAction(
  ours: VirtualRouterAction | undefined,
  theirs: SteadyAction,
  shift: number,
): boolean {
  if (ours?.type !== theirs.type) return false;
  if (ours.type === "arm-timer" && theirs.type === "arm-timer") {
    return sameArming(ours, theirs, shift);
  }
  if (ours.type === "send-advertisement" && theirs.type === "send-advertisement") {
    return ours.priority === theirs.priority;
  }
  return true;
}

function sameArming(ours: KnownArming, theirs: KnownArming, shift: number): boolean {
  return (
    ours.timer === theirs.timer &&
    ours.duration === theirs.duration &&
    ours.generation + shift === theirs.generation
  );
}
