import { exitCodes } from "#base/exit-codes.ts";
import { askDaemon } from "#control/client.ts";
import type { ControlCommand } from "#control/protocol.ts";
import type { CommandOutput } from "./command.ts";

/** Asks the daemon and prints its message; answers the exit code. */
export async function askAndPrint(
  runtimeDirectory: string,
  command: ControlCommand,
  io: CommandOutput,
): Promise<number> {
  const outcome = await askDaemon(runtimeDirectory, command);
  if (!outcome.reached) {
    io.stderr.write(`gatepair: ${outcome.message}\n`);
    return exitCodes.noDaemon;
  }
  const { ok, message } = outcome.response;
  (ok ? io.stdout : io.stderr).write(`${message}\n`);
  return ok ? exitCodes.ok : exitCodes.failed;
}

export function refuseUsage(usage: string, io: CommandOutput): number {
  io.stderr.write(`usage: ${usage}\n`);
  return exitCodes.usage;
}
