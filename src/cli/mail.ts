import { askAndPrint, refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";

const usage = `gatepair mail test [--runtime-dir DIR]
  Sends a mail now, with the settings of the running daemon, and says what the server answered.`;

export const mail: Command = {
  summary: "send a test mail and show what the server says",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, runtimeOption);
    if (parsed?.positionals.length !== 1 || parsed.positionals[0] !== "test") {
      return refuseUsage(usage, io);
    }
    return askAndPrint(parsed.values["runtime-dir"], { name: "mail-test" }, io);
  },
};
