import { askAndPrint, refuseUsage } from "./ask.ts";
import type { Command } from "./command.ts";
import { readArguments, runtimeOption } from "./options.ts";

const usage = `gatepair nginx start|stop|restart|reload [--runtime-dir DIR]
  start    start it, also after a failure that waits for you
  stop     stop it, and give up the Active role where nginx is tracked
  restart  stop and start it
  reload   test its configuration, then take it without closing a connection`;

const operations = ["start", "stop", "restart", "reload"] as const;

export const nginx: Command = {
  summary: "start, stop, restart or reload nginx",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, runtimeOption);
    const operation = operations.find((name) => name === parsed?.positionals[0]);
    if (parsed?.positionals.length !== 1 || operation === undefined) return refuseUsage(usage, io);
    return askAndPrint(parsed.values["runtime-dir"], { name: "nginx", operation }, io);
  },
};
