import type { Config } from "#config/config.ts";
import { formatIssue, hasErrors } from "#config/issue.ts";
import type { Issue } from "#config/issue.ts";
import { parseConfig } from "#config/parse-config.ts";
import { checkAgainstHost } from "#config/rules/host-rules.ts";

import type { CommandOutput } from "./command.ts";
import { readConfigFile } from "./config-file.ts";
import { readHostInterfaces } from "./host-interfaces.ts";

/** A configuration as the daemon of this host sees it. */
export type LoadedConfig =
  | { readonly type: "usable"; readonly config: Config; readonly issues: readonly Issue[] }
  | { readonly type: "wrong"; readonly issues: readonly Issue[] }
  | { readonly type: "unreadable"; readonly problem: string };

/** Reads a configuration and checks it as strictly as the daemon does when it starts. */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const reading = await readConfigFile(file);
  if (reading.text === undefined) return { type: "unreadable", problem: reading.problem };
  const parsed = parseConfig(reading.text, file);
  if (parsed.config === undefined) return { type: "wrong", issues: parsed.issues };
  const issues = [...parsed.issues, ...checkAgainstHost(parsed, await readHostInterfaces())];
  return hasErrors(issues)
    ? { type: "wrong", issues }
    : { type: "usable", config: parsed.config, issues };
}

/** One line for everything that there is to say about it. */
export function describeLoaded(file: string, loaded: LoadedConfig): string[] {
  if (loaded.type === "unreadable") return [`${file}: ${loaded.problem}`];
  return loaded.issues.map(formatIssue);
}

export function writeLines(stream: CommandOutput["stdout"], lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}
