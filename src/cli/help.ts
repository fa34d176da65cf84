import { exitCodes } from "#base/exit-codes.ts";
import type { Command, CommandOutput } from "./command.ts";

const exitCodeTexts: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done",
  failed: "tried, and did not work; the message says why",
  usage: "wrong use of the command line",
  configuration: "the configuration has errors",
  noDaemon: "no daemon answers",
};

/** The command of that name; not what every object has, such as `constructor`. */
export function findCommand(
  commands: Readonly<Record<string, Command>>,
  name: string,
): Command | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

export function refuseUnknown(name: string, io: CommandOutput): number {
  io.stderr.write(`gatepair: there is no command ${name}; 'gatepair help' lists them\n`);
  return exitCodes.usage;
}

/** Everything that there is, or one command in detail. */
export function createHelp(commands: Readonly<Record<string, Command>>): Command {
  return {
    summary: "show the commands, or one of them in detail",
    usage: "gatepair help [COMMAND]",
    async run([name], io) {
      const command = name === undefined ? undefined : findCommand(commands, name);
      if (name !== undefined && command === undefined) return refuseUnknown(name, io);
      io.stdout.write(command === undefined ? overview(commands) : `usage: ${command.usage}\n`);
      return exitCodes.ok;
    },
  };
}

function overview(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => {
    return `  ${name.padEnd(10)} ${summary}`;
  });
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
