import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { exitCodes } from "#base/exit-codes.ts";
import { printable } from "#base/printable.ts";
import { elapsed, instant, milliseconds, seconds } from "#base/time.ts";
import type { Milliseconds } from "#base/time.ts";
import { refuseUsage } from "#cli/ask.ts";
import type { Command } from "#cli/command.ts";
import { loadConfig, writeLines } from "#cli/load-config.ts";
import { defaultConfig, readArguments, runtimeOption } from "#cli/options.ts";
import { askDaemon } from "#control/client.ts";
import { testConfiguration } from "#linux/nginx-configuration-test.ts";

import { formatFinding, isSound, judgeBoot } from "./judge-boot.ts";
import type { Box } from "./judge-boot.ts";

const usage = `gatepair health [--config FILE] [--runtime-dir DIR] [--timeout SECONDS]
  Says whether this version can run what the box is configured for: the daemon answers, its
  configuration can be read, nginx accepts its own. The appliance keeps a new version only then.
  --timeout  how long the daemon may take to answer (120)`;

const pollInterval = milliseconds(500);

export const health: Command = {
  summary: "say whether this boot of the appliance is a good one",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, {
      ...runtimeOption,
      config: { type: "string", default: defaultConfig },
      timeout: { type: "string", default: "120" },
    });
    if (parsed === undefined || parsed.positionals.length > 0) return refuseUsage(usage, io);
    const { config, timeout, "runtime-dir": runtimeDirectory } = parsed.values;
    if (!/^\d{1,4}$/.test(timeout)) return refuseUsage(usage, io);
    const findings = await judgeBoot(thisBox(config, runtimeDirectory, seconds(Number(timeout))));
    writeLines(io.stdout, findings.flatMap(formatFinding).map(printable));
    return isSound(findings) ? exitCodes.ok : exitCodes.failed;
  },
};

function thisBox(configFile: string, runtimeDirectory: string, patience: Milliseconds): Box {
  return {
    configFile,
    hasConfig: existsSync(configFile),
    loadConfig: () => loadConfig(configFile),
    waitForDaemon: () => waitForDaemon(runtimeDirectory, patience),
    testNginx: ({ binary, config }) =>
      testConfiguration({ binary, config, environment: process.env }),
  };
}

async function waitForDaemon(
  runtimeDirectory: string,
  patience: Milliseconds,
): Promise<string | undefined> {
  const start = now();
  for (;;) {
    // A daemon that hangs must not keep the gate longer than one that is absent.
    const left = Math.max(1, patience - elapsed(start, now()));
    const outcome = await askDaemon(runtimeDirectory, { name: "status" }, left);
    if (outcome.reached && outcome.response.ok) return undefined;
    if (elapsed(start, now()) >= patience) {
      return outcome.reached ? outcome.response.message : outcome.message;
    }
    await sleep(pollInterval);
  }
}

function now() {
  return instant(performance.now());
}
