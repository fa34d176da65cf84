import type { Status } from "#engine/snapshot.ts";
import { formatSpan } from "./span.ts";

/** A check, its verdict and its last run, in a line. */
export function describeCheck(check: Status["checks"][number]): string {
  const { name, kind, verdict, since, why, last_run: last } = check;
  const title = `check ${name} (${kind}): `;
  if (last === null || verdict === "unknown") return `${title}unknown, no result yet`;
  const run = `last run ${formatSpan(last.ago)} ago took ${last.took.toFixed(3)} s`;
  const state = `${verdict} for ${formatSpan(since)}`;
  if (why !== null) return `${title}${state}: ${why}; ${run}`;
  return `${title}${state}; ${run}${last.passed ? "" : ` and failed: ${last.detail}`}`;
}

export function describeTrackedFile(file: Status["tracked_files"][number]): string {
  const { path, number, problem } = file;
  const title = `file ${path}: `;
  if (problem !== null) return `${title}${problem}`;
  return `${title}${number === null ? "unknown, not read yet" : number}`;
}
