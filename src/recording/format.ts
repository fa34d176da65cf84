import { bytesToHex } from "#base/hex.ts";
import { snakeCaseKeys } from "#base/key-case.ts";
import type {
  Chunk,
  PacketEntry,
  RecordedVerdict,
  RecordingHeader,
  StepChunk,
  StepEntry,
  Taken,
} from "./entries.ts";
import { maskKeys, maskPacket } from "./mask.ts";

/** Counts up when a line changes its meaning; what is only added leaves it. */
export const recordingFormat = 1;

/** The line that begins a recording. */
export function headerToJson(header: RecordingHeader, taken: Taken): string {
  return toJson({ type: "recording", format: recordingFormat, ...header, taken });
}

/** The line that says that something is missing: in all, since the start. */
export function lostToJson(entries: number): string {
  return toJson({ type: "lost", entries });
}

/** One JSON line for each thing in the chunk, keys masked. */
export function chunkToJson(chunk: Chunk): string[] {
  if (chunk.type === "packets") return chunk.entries.map(recordedPacketToJson);
  return [machineToJson(chunk), ...chunk.entries.map((entry) => stepToJson(chunk.unit, entry))];
}

function machineToJson({ unit, sequence, parameters, state, entries }: StepChunk): string {
  const at = entries[0]?.at ?? state.since;
  return toJson({ type: "machine", unit, at, sequence, parameters, state });
}

function stepToJson(unit: string, { event, moreEvents, actions, ...when }: StepEntry): string {
  const more = moreEvents.length > 0 && { moreEvents };
  return toJson({ type: "step", unit, ...occurrence(when), event, ...more, actions });
}

function recordedPacketToJson(entry: PacketEntry): string {
  const { interfaceName, bytes, length, localAddress, verdict, ...when } = entry;
  return packetToJson({
    ...occurrence(when),
    interface: interfaceName,
    packet: bytes,
    ...(length > bytes.length && { length }),
    ...(localAddress !== undefined && { localAddress }),
    verdict,
  });
}

/** A packet with whatever else is to be told of it. */
export function packetToJson(
  line: Readonly<Record<string, unknown>> & {
    readonly packet: Uint8Array;
    readonly verdict: RecordedVerdict | { readonly accepted: true } | { readonly refused: string };
  },
): string {
  const { packet, verdict } = line;
  const other = "refused" in verdict && verdict.refused === "authentication-mismatch";
  const masked = maskPacket(packet, other ? "other" : "ours");
  return toJson({ type: "packet", ...line, packet: bytesToHex(masked) });
}

/** Only what happened more than once has a count and an end. */
function occurrence({ at, until, count }: { at: number; until: number; count: number }) {
  return count === 1 ? { at } : { at, until, count };
}

function toJson(line: object): string {
  return JSON.stringify(snakeCaseKeys(maskKeys(line)));
}
