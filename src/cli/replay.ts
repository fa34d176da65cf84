import { exitCodes } from "#base/exit-codes.ts";
import { printable } from "#base/printable.ts";
import { describeReplayed, type TimeText } from "#recording/describe.ts";
import { Replay } from "#recording/replay.ts";
import type { RecordedLine } from "#recording/lines.ts";
import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readArguments } from "./options.ts";
import { type NumberedLine, readRecording } from "./recording-file.ts";

const usage = `gatepair replay [--quiet] FILE
  Runs the state machine and the receive checks over a recording (gatepair journal export), on any
  machine, step by step: each event, what came of it with every duration, and the state after it.
  Fails when something comes out otherwise than it was recorded.
  --quiet  only what differs`;

export const replay: Command = {
  summary: "run the state machine over a recording, step by step",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { quiet: { type: "boolean" } });
    const [file, ...more] = parsed?.positionals ?? [];
    if (parsed === undefined || file === undefined || more.length > 0)
      return refuseUsage(usage, io);
    const reading = await readRecording(file).catch((error: unknown) => {
      return {
        ok: false,
        problem: error instanceof Error ? error.message : String(error),
      } as const;
    });
    if (reading.ok) return replayLines(reading.lines, parsed.values.quiet === true, io);
    io.stderr.write(`${file}: ${printable(reading.problem)}\n`);
    return exitCodes.failed;
  },
};

function replayLines(lines: readonly NumberedLine[], quiet: boolean, io: CommandOutput): number {
  const machine = new Replay();
  let time: TimeText = (at) => `${(at / 1000).toFixed(6)} s`;
  let different = 0;
  for (const { number, line } of lines) {
    if (line.type === "recording") time = timeTextOf(line) ?? time;
    const replayed = machine.replay(line);
    const wrong = replayed.differences.length > 0 || replayed.problem !== undefined;
    if (wrong) different++;
    if (quiet && !wrong) continue;
    const [head = "", ...rest] = describeReplayed(replayed, time).map(printable);
    io.stdout.write(`${[`${head}   (line ${number})`, ...rest].join("\n")}\n`);
  }
  io.stdout.write(`${lines.length} lines replayed, ${different} came out otherwise\n`);
  return different === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Wall-clock time, by the one moment that the recording has in both. */
function timeTextOf(line: RecordedLine): TimeText | undefined {
  if (line.type !== "recording" || line.taken === undefined) return undefined;
  const offset = Date.parse(line.taken.time) - line.taken.at;
  return (at) => {
    const date = new Date(at + offset);
    return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
  };
}
