import { exitCodes } from "#base/exit-codes.ts";
import { check } from "#cli/check.ts";
import type { Command } from "#cli/command.ts";
import { config } from "#cli/config.ts";
import { failover } from "#cli/failover.ts";
import { firstboot } from "#cli/firstboot.ts";
import { createHelp, findCommand, refuseUnknown } from "#cli/help.ts";
import { mail } from "#cli/mail.ts";
import { nginx } from "#cli/nginx.ts";
import { schema } from "#cli/schema.ts";
import { status } from "#cli/status.ts";
import { version } from "#cli/version.ts";
import { console } from "#console/console-command.ts";
import { run } from "#daemon/run-command.ts";
import { health } from "#gate/health-command.ts";

const commands: Record<string, Command> = {
  run,
  check,
  schema,
  status,
  failover,
  nginx,
  mail,
  config,
  firstboot,
  console,
  health,
  version,
};
commands["help"] = createHelp(commands);

const aliases: ReadonlyMap<string, string> = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
]);

async function dispatch([word = "help", ...args]: readonly string[]): Promise<number> {
  const command = findCommand(commands, aliases.get(word) ?? word);
  if (command === undefined) return refuseUnknown(word, process);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`usage: ${command.usage}\n`);
    return exitCodes.ok;
  }
  return command.run(args, process);
}

// Who pipes the output into `head` has read enough: no reason to complain.
process.stdout.on("error", () => {});

void dispatch(process.argv.slice(2))
  .catch((error: unknown) => {
    process.stderr.write(`gatepair: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  })
  .then((code) => {
    process.exitCode = code;
  });
