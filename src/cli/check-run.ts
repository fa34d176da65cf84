import { exitCodes } from "#base/exit-codes.ts";
import { askDaemon } from "#control/client.ts";
import { refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";

const usage = `gatepair check-run NAME [--json] [--runtime-dir DIR]
  Has the daemon run the named check once now, as it always does, and shows what came of it: exit
  code, time and output. A run that is under way is waited for. A run that only you asked for
  counts for nothing. Exit code 0: the check passed; 1: it failed.
  --json   print the result as JSON`;

export const checkRun: Command = {
  summary: "run a named check once, and show what came of it",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { ...runtimeOption, json: { type: "boolean" } });
    const [check] = parsed?.positionals ?? [];
    if (parsed?.positionals.length !== 1 || check === undefined) return refuseUsage(usage, io);
    const { values } = parsed;
    const outcome = await askDaemon(values["runtime-dir"], { name: "check-run", check });
    if (!outcome.reached) {
      io.stderr.write(`gatepair: ${outcome.message}\n`);
      return exitCodes.noDaemon;
    }
    const { ok, message, data } = outcome.response;
    // Without data there was no run: the message says why.
    if (data === undefined) io.stderr.write(`gatepair: ${message}\n`);
    else io.stdout.write(`${values.json ? JSON.stringify(data, null, 2) : message}\n`);
    return ok ? exitCodes.ok : exitCodes.failed;
  },
};
