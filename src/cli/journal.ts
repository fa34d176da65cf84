import { exitCodes } from "#base/exit-codes.ts";
import { askDaemon } from "#control/client.ts";
import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";
import { readRecordingText } from "./recording-file.ts";

const usage = `gatepair journal export [--runtime-dir DIR]
  Prints a recording of the last hours, a JSON line for each thing that happened: what was
  received, what the state machines made of it, and every action with its duration. Keys are
  masked. 'gatepair replay' runs it again, on any machine.`;

export const journal: Command = {
  summary: "print a recording of what happened in the last hours",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, runtimeOption);
    const [action, ...more] = parsed?.positionals ?? [];
    if (parsed === undefined || action !== "export" || more.length > 0)
      return refuseUsage(usage, io);
    const outcome = await askDaemon(parsed.values["runtime-dir"], { name: "journal-export" });
    if (!outcome.reached) {
      io.stderr.write(`gatepair: ${outcome.message}\n`);
      return exitCodes.noDaemon;
    }
    const { ok, message } = outcome.response;
    if (ok) return printRecording(message, io);
    io.stderr.write(`gatepair: ${message}\n`);
    return exitCodes.failed;
  },
};

/** The daemon answers with the file that it wrote. */
async function printRecording(file: string, io: CommandOutput): Promise<number> {
  try {
    io.stdout.write(await readRecordingText(file));
    return exitCodes.ok;
  } catch (error) {
    io.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}
