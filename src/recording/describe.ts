import { snakeCaseKeys } from "#base/key-case.ts";
import { sameValue } from "#base/same-value.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import type { VirtualRouterState } from "#vrrp/virtual-router.ts";
import type { RecordedLine } from "./lines.ts";
import { maskKeys } from "./mask.ts";
import type { Replayed } from "./replay.ts";

/** Boot time as people read it; with the wall clock where the recording relates the two. */
export type TimeText = (at: number) => string;

/** Lines for people: what happened, what came of it, the state after it, and what differs. */
export function describeReplayed(replayed: Replayed, time: TimeText): string[] {
  const { line, before, after, actions = [], differences, problem } = replayed;
  const lines = [headline(line, time)];
  for (const action of actions) lines.push(`    -> ${describeAction(action)}`);
  if (after !== undefined) lines.push(...describeState(before, after));
  for (const { recorded, replayed: now } of differences) {
    lines.push(`    DIFFERENT  recorded: ${compact(recorded)}`);
    lines.push(`               replayed: ${compact(now)}`);
  }
  if (problem !== undefined) lines.push(`    PROBLEM  ${problem}`);
  return lines;
}

function headline(line: RecordedLine, time: TimeText): string {
  switch (line.type) {
    case "recording":
      return `recording of ${line.routerId ?? "a host"}, by ${line.program ?? "hand"}`;
    case "lost":
      return `${line.entries} entries were lost here`;
    case "machine":
      return `${time(line.at)}  ${line.unit}: ${compact(line.parameters)}`;
    case "sent":
      return `${line.leg} sends priority ${line.priority} from ${line.source} to ${line.destination}`;
    case "announced":
      return `${line.address} is announced at ${line.mac}`;
    case "step":
      return `${time(line.at)}  ${line.unit}: ${[line.event, ...line.moreEvents].map(describeEvent).join(", and ")}${often(line, time)}`;
    case "packet": {
      const verdict =
        "accepted" in line.verdict
          ? `accepted for ${line.verdict.accepted}`
          : `refused: ${line.verdict.refused}`;
      return `${time(line.at)}  ${line.interface}: packet ${verdict}${often(line, time)}`;
    }
  }
}

function often({ count, until }: { count: number; until?: number | undefined }, time: TimeText) {
  return count === 1 || until === undefined ? "" : `, ${count} times until ${time(until)}`;
}

function describeEvent(event: VirtualRouterEvent): string {
  // A recording may come from anywhere.
  const { advertisement, source } = event as Partial<typeof event & { type: "advertisement" }>;
  if (advertisement === undefined || advertisement === null) return describeRest(event);
  const { version, priority, interval } = advertisement;
  const facts = `version ${text(version)}, priority ${text(priority)}, interval ${span(interval)}`;
  return `advertisement of ${text(source)}: ${facts}`;
}

function describeAction(action: VirtualRouterAction): string {
  if (action.type === "arm-timer") return `arm ${action.timer} for ${span(action.duration)}`;
  if (action.type === "cancel-timer") return `cancel ${action.timer}`;
  if (action.type !== "transition") return describeRest(action);
  // The role before may come from the recording.
  return `transition ${text(action.from)} -> ${action.to}: ${text(action.reason.text)}`;
}

/** The type in front, and what else there is. */
function describeRest({ type, ...rest }: { readonly type: string }): string {
  return [text(type), ...Object.entries(rest).map(([key, value]) => `${key} ${text(value)}`)].join(
    " ",
  );
}

/** What of the state is another than before. */
function describeState(
  before: VirtualRouterState | undefined,
  after: VirtualRouterState,
): string[] {
  const changed = Object.entries(after).filter(([key, value]) => {
    return !sameValue((before as Record<string, unknown> | undefined)?.[key], value);
  });
  if (changed.length === 0) return [];
  return [`    state  ${changed.map(([key, value]) => `${snake(key)} ${text(value)}`).join(", ")}`];
}

/** Seconds, exact to what a timer was armed with; in a recording from anywhere it may be none. */
function span(duration: number): string {
  return typeof duration === "number" ? `${duration / 1000} s` : text(duration);
}

function snake(key: string): string {
  return Object.keys(snakeCaseKeys({ [key]: 0 }) as object)[0] ?? key;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : compact(value);
}

function compact(value: unknown): string {
  return JSON.stringify(snakeCaseKeys(maskKeys(value))) ?? "none";
}
