import { join } from "node:path";
import { exitCodes } from "#base/exit-codes.ts";
import { refuseUsage } from "#cli/ask.ts";
import type { Command, CommandOutput } from "#cli/command.ts";
import { readArguments, runtimeOption } from "#cli/options.ts";
import type { LogPort } from "#engine/ports.ts";
import { packetFilterFile, removeFilterTable } from "#linux/packet-filter/table.ts";
import { runBoundedProcess } from "#linux/programs/bounded-process.ts";
import { takeSingleInstance } from "./single-instance.ts";

const usage = `gatepair clean-up [--runtime-dir DIR]
  Removes what a daemon that was killed has left in the kernel, such as virtual addresses, without
  waiting for them to expire. The unit runs it after each stop. It does nothing while a daemon runs.`;

export const cleanUp: Command = {
  summary: "remove what a killed daemon has left in the kernel",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, runtimeOption);
    if (parsed === undefined || parsed.positionals.length > 0) return refuseUsage(usage, io);
    if (!(await takeSingleInstance())) {
      io.stderr.write("gatepair: a daemon runs on this host; what is there is in use\n");
      return exitCodes.failed;
    }
    // Only now: what reads the kernel's tables loads native parts when it is imported.
    const [{ KernelNetwork }, { removeLeftovers }] = await Promise.all([
      import("#linux/netlink/kernel-network.ts"),
      import("./leftovers.ts"),
    ]);
    const kernel = new KernelNetwork({ onChange: () => {} });
    await kernel.start();
    await removeLeftovers(kernel, lineLog(io));
    kernel.close();
    return removeFilter(parsed.values["runtime-dir"], io);
  },
};

async function removeFilter(runtimeDirectory: string, io: CommandOutput): Promise<number> {
  const file = join(runtimeDirectory, packetFilterFile);
  const failure = await removeFilterTable(file, runBoundedProcess);
  if (failure === undefined) return exitCodes.ok;
  io.stderr.write(`gatepair: the packet filter is still there: ${failure}\n`);
  return exitCodes.failed;
}

/** One line an event, for the journal. */
function lineLog({ stdout }: CommandOutput): LogPort {
  return {
    write: (_level, event, fields) => stdout.write(`${event} ${JSON.stringify(fields)}\n`),
  };
}
