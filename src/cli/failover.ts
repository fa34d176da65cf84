import { askAndPrint, refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";

const usage = `gatepair failover [--cancel] [--runtime-dir DIR] [VIRTUAL_ROUTER]
  Hands the Active role to the other host, of one virtual router or of all. This host stays
  Backup until the other falls silent, or until --cancel lets it preempt again.`;

export const failover: Command = {
  summary: "hand the Active role to the other host",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { ...runtimeOption, cancel: { type: "boolean" } });
    if (parsed === undefined || parsed.positionals.length > 1) return refuseUsage(usage, io);
    const { values, positionals } = parsed;
    const [router] = positionals;
    const command = { name: "failover", cancel: values.cancel ?? false } as const;
    return askAndPrint(values["runtime-dir"], { ...command, ...(router && { router }) }, io);
  },
};
