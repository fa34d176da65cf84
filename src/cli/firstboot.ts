import { rm } from "node:fs/promises";
import { join } from "node:path";

import { exitCodes } from "#base/exit-codes.ts";
import { formatIssue, hasErrors } from "#config/issue.ts";
import { activate } from "#firstboot/apply/activate.ts";
import { publicFile, writeAtomically } from "#firstboot/apply/atomic-file.ts";
import { checkDirectory } from "#firstboot/check-directory.ts";
import { runFirstBoot } from "#firstboot/first-boot.ts";
import type { FirstBoot } from "#firstboot/first-boot.ts";
import { formatReport, reportPath, toReportJson } from "#firstboot/report.ts";
import { hostPlaces } from "#firstboot/seed/host-places.ts";
import type { HostPlaces } from "#firstboot/seed/host-places.ts";
import { settleDevices } from "#firstboot/seed/settle-devices.ts";
import { listDevices, waitForChange } from "#firstboot/wait-for-volume.ts";

import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readArguments } from "./options.ts";

const usage = `gatepair firstboot [--once | --wait] [--settle] [--root DIR] [--json]
       gatepair firstboot --check DIR
  Finds the first-boot configuration, checks it and puts it in force, or else the last good one.
  --once   look once, before the network (the default)
  --wait   on a running system: look until there is a configuration without errors, then start it
  --settle let the kernel find first what is plugged in
  --check  say what is wrong with the files in DIR, anywhere, and change nothing
  --root   look and write below DIR, and change nothing in the running system
  --json   print the report as JSON`;

/** There while the box waits for a configuration: a condition of gatepair-firstboot-wait.service. */
const waitingPath = "/run/gatepair-firstboot/waiting";

interface Options {
  readonly root: string;
  readonly wait: boolean;
  readonly settle: boolean;
  readonly json: boolean;
  readonly check?: string | undefined;
}

export const firstboot: Command = {
  summary: "find the first-boot configuration and put it in force",
  usage,
  async run(args, io) {
    const options = readOptions(args);
    if (options === undefined) return refuseUsage(usage, io);
    return options.check === undefined ? bootFirst(options, io) : check(options.check, io);
  },
};

function readOptions(args: readonly string[]): Options | undefined {
  const flag = { type: "boolean" } as const;
  const parsed = readArguments(args, {
    once: flag,
    wait: flag,
    settle: flag,
    json: flag,
    check: { type: "string" },
    root: { type: "string", default: "/" },
  });
  if (parsed === undefined || parsed.positionals.length > 0) return undefined;
  const { once, wait = false, settle = false, json = false, root, check } = parsed.values;
  return once === true && wait ? undefined : { root, wait, settle, json, check };
}

async function check(directory: string, io: CommandOutput): Promise<number> {
  const planning = await checkDirectory(directory);
  if (planning === undefined) {
    io.stderr.write(`${directory}: neither user-data nor network-config is there\n`);
    return exitCodes.failed;
  }
  const { issues, ignored, notes } = planning;
  const lines = [
    ...issues.map(formatIssue),
    ...notes.map((note) => `note: ${note}`),
    ...(ignored.length === 0 ? [] : [`without effect: ${ignored.join(", ")}`]),
    hasErrors(issues) ? `${directory}: has errors` : `${directory}: ok`,
  ];
  io.stdout.write(`${lines.join("\n")}\n`);
  return hasErrors(issues) ? exitCodes.configuration : exitCodes.ok;
}

async function bootFirst(options: Options, io: CommandOutput): Promise<number> {
  const places = hostPlaces(process.env, options.root);
  if (options.settle && options.root === "/") await settleDevices(places);
  let last = "";
  for (;;) {
    const devices = await listDevices(places);
    const run = await runOnce(options, places);
    const report = options.json ? toReportJson(run) : formatReport(run);
    // While it waits, only what is new is worth a line.
    if (report !== last) io.stdout.write(report);
    last = report;
    if (!options.wait || run.outcome !== "waiting") return exitCodeOf(run);
    await waitForChange(places, devices);
  }
}

async function runOnce({ root, wait }: Options, places: HostPlaces): Promise<FirstBoot> {
  const run = await runFirstBoot(root, places);
  const isReady = run.outcome !== "waiting";
  const isActive = root === "/" && (isReady || !wait);
  const problems = isActive ? await activate(run, wait) : [];
  const whole = { ...run, problems: [...run.problems, ...problems] };
  await writeAtomically(join(root, reportPath), toReportJson(whole), publicFile);
  await markWaiting(join(root, waitingPath), !isReady);
  return whole;
}

async function markWaiting(path: string, isWaiting: boolean): Promise<void> {
  if (isWaiting) await writeAtomically(path, "", publicFile);
  else await rm(path, { force: true });
}

function exitCodeOf(run: FirstBoot): number {
  if (hasErrors(run.issues)) return exitCodes.configuration;
  return run.problems.length > 0 ? exitCodes.failed : exitCodes.ok;
}
