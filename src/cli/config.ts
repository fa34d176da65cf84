import { exitCodes } from "#base/exit-codes.ts";
import { formatIssue, hasErrors } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";
import { checkAgainstHost } from "#config/rules/host-rules.ts";
import { runCommand } from "#firstboot/apply/activate.ts";
import { readConfigInForce, replaceConfig } from "#firstboot/change-config.ts";
import type { ConfigInForce } from "#firstboot/change-config.ts";
import { diffLines, formatDiff } from "#firstboot/text/line-diff.ts";
import { maskSecrets } from "#firstboot/text/mask-secrets.ts";

import { refuseUsage } from "./ask.ts";
import type { Command, CommandOutput } from "./command.ts";
import { readConfigFile } from "./config-file.ts";
import { readHostInterfaces } from "./host-interfaces.ts";
import { readArguments } from "./options.ts";

const usage = `gatepair config show|apply FILE|diff FILE [--root DIR]
  show    print the configuration in force, without its passwords, and where it came from
  apply   check FILE, keep it for every boot to come, and restart the daemon with it. It holds
          until the section gatepair of the first-boot document changes: the later change wins
  diff    show what apply would change
  --root  act below DIR, and leave the running system alone`;

const sources: Readonly<Record<ConfigInForce["from"], string>> = {
  "first-boot": "from the first-boot document",
  apply: "from `gatepair config apply`",
  file: "written into the file by hand; on the appliance the next boot replaces it",
};

export const config: Command = {
  summary: "show or change the configuration of this box",
  usage,
  async run(args, io) {
    const parsed = readArguments(args, { root: { type: "string", default: "/" } });
    const [operation, file, ...more] = parsed?.positionals ?? [];
    if (parsed === undefined || more.length > 0) return refuseUsage(usage, io);
    const { root } = parsed.values;
    if (operation === "show" && file === undefined) return show(root, io);
    if (operation === "apply" && file !== undefined) return apply(root, file, io);
    if (operation === "diff" && file !== undefined) return diff(root, file, io);
    return refuseUsage(usage, io);
  },
};

async function show(root: string, io: CommandOutput): Promise<number> {
  const { text, from } = await readConfigInForce(root);
  if (text === undefined) {
    io.stderr.write("gatepair: there is no configuration\n");
    return exitCodes.failed;
  }
  io.stdout.write(`# ${sources[from]}\n${maskSecrets(text)}`);
  return exitCodes.ok;
}

async function apply(root: string, file: string, io: CommandOutput): Promise<number> {
  const text = await readValid(root, file, io);
  if (typeof text === "number") return text;
  await replaceConfig(root, text);
  io.stdout.write(`${file}: in force from now on, also after a restart of the box\n`);
  if (root !== "/") return exitCodes.ok;
  const problem = await runCommand(["systemctl", "try-restart", "gatepair.service"]);
  if (problem === undefined) return exitCodes.ok;
  io.stderr.write(`gatepair: ${problem}\n`);
  return exitCodes.failed;
}

async function diff(root: string, file: string, io: CommandOutput): Promise<number> {
  const text = await readValid(root, file, io);
  if (typeof text === "number") return text;
  const { text: current = "" } = await readConfigInForce(root);
  const changes = formatDiff(diffLines(current, text));
  io.stdout.write(changes === "" ? "no change\n" : maskSecrets(changes));
  return exitCodes.ok;
}

/** The text of a file without errors; otherwise the exit code, after saying why. */
async function readValid(root: string, file: string, io: CommandOutput): Promise<string | number> {
  const reading = await readConfigFile(file);
  if (reading.text === undefined) {
    io.stderr.write(`${file}: ${reading.problem}\n`);
    return exitCodes.failed;
  }
  if (reading.text.startsWith("#cloud-config")) {
    io.stderr.write(
      `${file}: found a first-boot document; accepted: the document below its key gatepair\n`,
    );
    return exitCodes.configuration;
  }
  const issues = await check(root, file, reading.text);
  for (const issue of issues) io.stderr.write(`${formatIssue(issue)}\n`);
  return hasErrors(issues) ? exitCodes.configuration : reading.text;
}

async function check(root: string, file: string, text: string): Promise<readonly Issue[]> {
  const parsed = parseConfig(text, file);
  if (parsed.config === undefined || root !== "/") return parsed.issues;
  return [...parsed.issues, ...checkAgainstHost(parsed, await readHostInterfaces())];
}
