import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";

import type { FirstBoot } from "../first-boot.ts";

export type ActivationCommand = readonly [program: string, ...args: string[]];

/**
 * What makes the running system take the files that were written. Before the network
 * (`isRunning` false) that is little: services read their files when they start.
 */
export function activationCommands(run: FirstBoot, isRunning: boolean): ActivationCommand[] {
  const writes = (pattern: RegExp): boolean => run.paths.some((path) => pattern.test(path));
  const late: ActivationCommand[] = [
    ["systemctl", "daemon-reload"],
    ["networkctl", "reload"],
    ["systemctl", "--no-block", "try-restart", "systemd-timesyncd.service"],
    ["systemctl", "--no-block", "start", "ssh.service"],
    ["systemctl", "--no-block", "restart", "gatepair.service"],
  ];
  return [
    // udevd gives names when a NIC appears (systemd.link(5)); these have appeared already.
    ...(writes(/\.link$/)
      ? [["udevadm", "trigger", "--action=add", "--subsystem-match=net", "--settle"] as const]
      : []),
    ...(isRunning ? late : []),
    ...(run.powerState === undefined ? [] : [["systemctl", "--no-block", run.powerState] as const]),
  ];
}

/** Answers what did not work, one sentence each. */
export async function activate(run: FirstBoot, isRunning: boolean): Promise<string[]> {
  const problems: string[] = [];
  if (run.hostname !== undefined) {
    await writeFile("/proc/sys/kernel/hostname", run.hostname).catch((error: Error) => {
      problems.push(`cannot set the host name: ${error.message}`);
    });
  }
  for (const command of activationCommands(run, isRunning)) {
    const problem = await runCommand(command);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Nothing, or why it failed. None of these asks for input or takes long. */
export function runCommand([program, ...args]: ActivationCommand): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000 }, (error, _out, stderr) => {
      const why = stderr.trim().split("\n")[0] ?? "";
      resolve(
        error === null
          ? undefined
          : `${[program, ...args].join(" ")} failed: ${why || error.message}`,
      );
    });
  });
}
