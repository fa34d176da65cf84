import assert from "node:assert/strict";
import { instant } from "#base/time.ts";
import type { EngineSettings } from "#engine/settings.ts";
import type { Chunk } from "#recording/entries.ts";
import { chunkToJson, headerToJson } from "#recording/format.ts";
import { parseLine, type RecordedLine } from "#recording/lines.ts";
import { Replay, type Replayed } from "#recording/replay.ts";

/** The lines of a recording of these chunks, as the daemon writes it. */
export function writeRecording(chunks: readonly Chunk[], { routers }: EngineSettings): string[] {
  const header = { program: "gatepair", routerId: "gw1", units: routers };
  const taken = { at: instant(0), time: "2026-01-01T00:00:00.000Z" };
  return [headerToJson(header, taken), ...chunks.flatMap(chunkToJson)];
}

export function parseRecording(texts: readonly string[]): RecordedLine[] {
  return texts.map((text, index) => {
    const parsed = parseLine(text);
    assert.ok(parsed.ok, `line ${index + 1}: ${parsed.ok ? "" : parsed.problem}\n${text}`);
    return parsed.line;
  });
}

/** What came out otherwise than it stands there, or could not be replayed. */
export function replayAll(lines: readonly RecordedLine[]): Replayed[] {
  const replay = new Replay();
  return lines
    .map((line) => replay.replay(line))
    .filter(({ differences, problem }) => differences.length > 0 || problem !== undefined);
}
