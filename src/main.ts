import { exitCodes } from "#base/exit-codes.ts";
import type { CommandTable } from "#cli/command.ts";
import { createHelp, findCommand, refuseUnknown } from "#cli/help.ts";

const commands: CommandTable = {
  run: async () => (await import("#daemon/run-command.ts")).run,
  "clean-up": async () => (await import("#daemon/clean-up-command.ts")).cleanUp,
  check: async () => (await import("#cli/check.ts")).check,
  "check-run": async () => (await import("#cli/check-run.ts")).checkRun,
  schema: async () => (await import("#cli/schema.ts")).schema,
  status: async () => (await import("#cli/status.ts")).status,
  failover: async () => (await import("#cli/failover.ts")).failover,
  nginx: async () => (await import("#cli/nginx.ts")).nginx,
  journal: async () => (await import("#cli/journal.ts")).journal,
  decode: async () => {
    const { createDecode } = await import("#cli/decode.ts");
    const { toRouterSettings } = await import("#daemon/router-settings.ts");
    return createDecode((config) => toRouterSettings(config).flatMap(({ legs }) => legs));
  },
  replay: async () => (await import("#cli/replay.ts")).replay,
  mail: async () => (await import("#cli/mail.ts")).mail,
  config: async () => (await import("#cli/config.ts")).config,
  firstboot: async () => (await import("#cli/firstboot.ts")).firstboot,
  console: async () => (await import("#console/console-command.ts")).console,
  health: async () => (await import("#gate/health-command.ts")).health,
  version: async () => (await import("#cli/version.ts")).version,
  help: async () => createHelp(commands),
};

const aliases: ReadonlyMap<string, string> = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
]);

async function dispatch([word = "help", ...args]: readonly string[]): Promise<number> {
  const command = await findCommand(commands, aliases.get(word) ?? word);
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
