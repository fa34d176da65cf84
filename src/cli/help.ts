import { exitCodes } from "#base/exit-codes.ts";
import type { Command, CommandOutput, CommandTable } from "./command.ts";

const exitCodeTexts: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done",
  failed: "tried, and did not work; the message says why",
  usage: "wrong use of the command line",
  configuration: "the configuration has errors",
  noDaemon: "no daemon answers",
};

/** The command of that name; not what every object has, such as `constructor`. */
export async function findCommand(
  commands: CommandTable,
  name: string,
): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
}

export function refuseUnknown(name: string, io: CommandOutput): number {
  io.stderr.write(`gatepair: there is no command ${name}; 'gatepair help' lists them\n`);
  return exitCodes.usage;
}

/** Everything that there is, or one command in detail. */
export function createHelp(commands: CommandTable): Command {
  return {
    summary: "show the commands, or one of them in detail",
    usage: "gatepair help [COMMAND]",
    async run([name], io) {
      const command = name === undefined ? undefined : await findCommand(commands, name);
      if (name !== undefined && command === undefined) return refuseUnknown(name, io);
      io.stdout.write(
        command === undefined ? await overview(commands) : `usage: ${command.usage}\n`,
      );
      return exitCodes.ok;
    },
  };
}

async function overview(commands: CommandTable): Promise<string> {
  const entries = Object.entries(commands);
  const rows = await Promise.all(
    entries.map(async ([name, load]) => `  ${name.padEnd(10)} ${(await load()).summary}`),
  );
  const codes = Object.entries(exitCodes).map(([name, code]) => {
    return `  ${code}  ${exitCodeTexts[name as keyof typeof exitCodes]}`;
  });
  return [
    "gatepair: two gateways in front of web servers that act as one",
    "",
    "usage: gatepair COMMAND [OPTIONS]",
    "",
    ...rows,
    "",
    "exit codes:",
    ...codes,
    "",
  ].join("\n");
}
