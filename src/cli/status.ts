import { exitCodes } from "#base/exit-codes.ts";
import { askDaemon } from "#control/client.ts";
import type { Status } from "#engine/snapshot.ts";
import { refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";
import { renderStatus } from "./render-status.ts";

const usage = `gatepair status [--json] [--runtime-dir DIR]
  Shows role, reason, priority, addresses, nginx, interfaces and what is wrong.`;

export const status: Command = {
  summary: "show what this host does, and why",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { ...runtimeOption, json: { type: "boolean" } });
    if (parsed === undefined || parsed.positionals.length > 0) return refuseUsage(usage, io);
    const outcome = await askDaemon(parsed.values["runtime-dir"], { name: "status" });
    if (!outcome.reached) {
      io.stderr.write(`gatepair: ${outcome.message}\n`);
      return exitCodes.noDaemon;
    }
    const { ok, message, data } = outcome.response;
    if (!ok) {
      io.stderr.write(`gatepair: ${message}\n`);
      return exitCodes.failed;
    }
    // The daemon is this very program, and the versions of the protocol were compared.
    const text = parsed.values.json ? JSON.stringify(data, null, 2) : renderStatus(data as Status);
    io.stdout.write(`${text}\n`);
    return exitCodes.ok;
  },
};
