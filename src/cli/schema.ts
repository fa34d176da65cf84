import { exitCodes } from "#base/exit-codes.ts";
import { jsonSchemaText } from "#config/json-schema.ts";

import { refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";

const usage = `gatepair schema
  Prints the JSON Schema of the configuration file, for editors and generators.`;

export const schema: Command = {
  summary: "print the JSON Schema of the configuration file",
  usage,
  async run(args, io) {
    if (args.length > 0) return refuseUsage(usage, io);
    io.stdout.write(jsonSchemaText());
    return exitCodes.ok;
  },
};
