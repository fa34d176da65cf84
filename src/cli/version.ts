import { exitCodes } from "#base/exit-codes.ts";
import { refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";

/** Put in by the bundler from package.json; sources that run by themselves have none. */
declare const GATEPAIR_VERSION: string | undefined;

export function programVersion(): string {
  return typeof GATEPAIR_VERSION === "string" ? GATEPAIR_VERSION : "0.0.0-source";
}

export const version: Command = {
  summary: "print the version",
  usage: "gatepair version",
  async run(args, io) {
    if (args.length > 0) return refuseUsage("gatepair version", io);
    io.stdout.write(`gatepair ${programVersion()} (Node ${process.versions.node})\n`);
    return exitCodes.ok;
  },
};
