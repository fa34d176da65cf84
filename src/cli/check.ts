import { exitCodes } from "#base/exit-codes.ts";
import type { LocatedConfig, ParsedConfig } from "#config/config.ts";
import { formatIssue, hasErrors, sortIssues } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";
import { comparePair } from "#config/rules/compare-pair.ts";
import { checkAgainstHost, checkScriptsOnHost } from "#config/rules/host-rules.ts";

import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readConfigFile } from "./config-file.ts";
import { readHostInterfaces } from "./host-interfaces.ts";
import { inspectScripts } from "./host-scripts.ts";
import { readArguments } from "./options.ts";

interface CheckOptions {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly host: boolean;
}

const usage = `gatepair check [--json] [--host] FILE [PEER_FILE]
  Checks a configuration file; with two files, also that they fit each other as a pair.
  --host   FILE is for this host: be as strict about its interfaces as the daemon
  --json   print the issues as JSON`;

/** Prints every issue of one file, or of both files of a pair. */
export const check: Command = {
  summary: "check a configuration file, or those of a pair",
  usage,
  async run(args, io) {
    const options = readOptions(args);
    return options === undefined ? refuseUsage(usage, io) : checkFiles(options, io);
  },
};

function readOptions(args: readonly string[]): CheckOptions | undefined {
  const parsed = readArguments(args, { json: { type: "boolean" }, host: { type: "boolean" } });
  const files = parsed?.positionals ?? [];
  if (parsed === undefined || files.length < 1 || files.length > 2) return undefined;
  return { files, json: parsed.values.json === true, host: parsed.values.host === true };
}

async function checkFiles(options: CheckOptions, io: CommandOutput): Promise<number> {
  const parsed: ParsedConfig[] = [];
  for (const file of options.files) {
    const reading = await readConfigFile(file);
    if (reading.text === undefined) {
      io.stderr.write(`${file}: ${reading.problem}\n`);
      return exitCodes.failed;
    }
    parsed.push(parseConfig(reading.text, file));
  }
  const issues = [...parsed.flatMap((each) => each.issues), ...(await findMore(parsed, options))];
  io.stdout.write(options.json ? toJson(options.files, issues) : toText(options.files, issues));
  return hasErrors(issues) ? exitCodes.configuration : exitCodes.ok;
}

/** What the files do not tell by themselves: this host, and the other file. */
async function findMore(
  parsed: readonly ParsedConfig[],
  { host }: CheckOptions,
): Promise<readonly Issue[]> {
  const [first, second] = parsed;
  if (first?.config === undefined) return [];
  const isPair = second !== undefined;
  const ofHost = host || !isPair ? await checkOnHost(first) : [];
  const ofPair = second?.config === undefined ? [] : comparePair(first, second);
  return [...(host ? ofHost : ofHost.map(relax)), ...ofPair];
}

async function checkOnHost(located: LocatedConfig): Promise<readonly Issue[]> {
  return sortIssues([
    ...checkAgainstHost(located, await readHostInterfaces()),
    ...checkScriptsOnHost(located, await inspectScripts(located.config.checks)),
  ]);
}

/** The file may be for another host than the one it is checked on. */
function relax(issue: Issue): Issue {
  return { ...issue, severity: "warning" };
}

function toJson(files: readonly string[], issues: readonly Issue[]): string {
  const report = { schema_version: 1, ok: !hasErrors(issues), files, issues };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toText(files: readonly string[], issues: readonly Issue[]): string {
  const errors = issues.filter((issue) => issue.severity === "error").length;
  const lines = issues.map(formatIssue);
  for (const file of new Set(files)) {
    if (!hasErrors(issues.filter((issue) => issue.file === file))) lines.push(`${file}: ok`);
  }
  const sums = [count(files.length, "file"), count(errors, "error")];
  lines.push([...sums, count(issues.length - errors, "warning")].join(", "));
  return `${lines.join("\n")}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
