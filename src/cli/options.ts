import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

export const defaultConfig = "/etc/gatepair/config.yaml";
export const defaultRuntimeDirectory = "/run/gatepair";
export const defaultStateDirectory = "/var/lib/gatepair";

/** The option of every command that talks to the daemon. */
export const runtimeOption = {
  "runtime-dir": { type: "string", default: defaultRuntimeDirectory },
} as const satisfies ParseArgsOptionsConfig;

/** Options and words, or undefined when there is an option that the command does not know. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch {
    return undefined;
  }
}
