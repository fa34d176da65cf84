import { exitCodes } from "#base/exit-codes.ts";
import { check } from "#cli/check.ts";
import type { Command } from "#cli/command.ts";
import { failover } from "#cli/failover.ts";
import { createHelp } from "#cli/help.ts";
import { mail } from "#cli/mail.ts";
import { nginx } from "#cli/nginx.ts";
import { schema } from "#cli/schema.ts";
import { status } from "#cli/status.ts";
import { version } from "#cli/version.ts";
import { run } from "#daemon/run-command.ts";

const commands: Record<string, Command> = {
  run,
  check,
  schema,
  status,
  failover,
  nginx,
  mail,
  version,
};
commands["help"] = createHelp(commands);

const aliases: Readonly<Record<string, string>> = {
  "--help": "help",
  "-h": "help",
  "--version": "version",
};

async function dispatch([word = "help", ...args]: readonly string[]): Promise<number> {
  const command = commands[aliases[word] ?? word];
  if (command === undefined) {
    process.stderr.write(`gatepair: there is no command ${word}; 'gatepair help' lists them\n`);
    return exitCodes.usage;
  }
  if (args.includes("--help")) {
    process.stdout.write(`usage: ${command.usage}\n`);
    return exitCodes.ok;
  }
  return command.run(args, process);
}

void dispatch(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
