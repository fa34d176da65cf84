import { resolve } from "node:path";
import { exitCodes } from "#base/exit-codes.ts";
import { refuseUsage } from "#cli/ask.ts";
import type { Command, CommandOutput } from "#cli/command.ts";
import { describeLoaded, loadConfig, writeLines } from "#cli/load-config.ts";
import {
  defaultConfig,
  defaultRuntimeDirectory,
  defaultStateDirectory,
  readArguments,
} from "#cli/options.ts";
import { programVersion } from "#cli/version.ts";
import type { Config } from "#config/config.ts";
import { takeSingleInstance } from "./single-instance.ts";

const usage = `gatepair run [--config FILE] [--runtime-dir DIR] [--state-dir DIR]
  Runs the daemon in the foreground; logs go to standard output, one JSON line an event.
  --config       the configuration (${defaultConfig})
  --runtime-dir  control socket and what a restart needs (${defaultRuntimeDirectory})
  --state-dir    mail that waits to be sent, and recordings (${defaultStateDirectory})`;

const options = {
  config: { type: "string", default: defaultConfig },
  "runtime-dir": { type: "string", default: defaultRuntimeDirectory },
  "state-dir": { type: "string", default: defaultStateDirectory },
} as const;

export const run: Command = {
  summary: "run the daemon",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, options);
    if (parsed === undefined || parsed.positionals.length > 0) return refuseUsage(usage, io);
    const { values } = parsed;
    const config = await readConfig(values.config, io);
    if (typeof config === "number") return config;
    if (!(await takeSingleInstance())) {
      io.stderr.write("gatepair: another gatepair daemon runs on this host already\n");
      return exitCodes.failed;
    }
    // Only now: what the daemon is made of loads its native parts when it is imported.
    const { runDaemon } = await import("./daemon.ts");
    const code = await runDaemon({
      config,
      version: programVersion(),
      runtimeDirectory: resolve(values["runtime-dir"]),
      stateDirectory: resolve(values["state-dir"]),
    });
    // What is still open, after a start that failed or with a hook that hangs, must not keep us.
    return process.exit(code);
  },
};

/** The configuration, or the exit code after every mistake in it was printed. */
async function readConfig(file: string, io: CommandOutput): Promise<Config | number> {
  const loaded = await loadConfig(file);
  writeLines(io.stderr, describeLoaded(file, loaded));
  if (loaded.type === "usable") return loaded.config;
  return loaded.type === "wrong" ? exitCodes.configuration : exitCodes.failed;
}
