import { printable } from "#base/printable.ts";
import type { CommandResult } from "../commands.ts";
import type { CheckOutcome } from "../inputs.ts";
import type { CheckSettings } from "../settings.ts";

/** Counts up when a field of the report changes its meaning or goes away. */
const reportSchemaVersion = 1;

/** One run, for the operator who asked for it. `ok` says whether the check passed. */
export function reportCheckRun(
  { name, probe }: CheckSettings,
  outcome: CheckOutcome,
): CommandResult {
  const { ok, detail, seconds, exitCode, output } = outcome;
  const lines = output.split("\n").map(printable);
  if (lines.at(-1) === "") lines.pop();
  const headline = `check ${name}: ${ok ? "passed" : "failed"} in ${seconds.toFixed(3)} s: ${detail}`;
  return {
    ok,
    message: [printable(headline), ...lines.map((line) => `  ${line}`)].join("\n"),
    data: {
      schema_version: reportSchemaVersion,
      name,
      kind: probe.type,
      passed: ok,
      detail: printable(detail),
      seconds: Math.round(seconds * 1000) / 1000,
      exit_code: exitCode ?? null,
      output: lines.join("\n"),
    },
  };
}
