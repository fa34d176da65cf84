import { formatIssue, hasErrors } from "#config/issue.ts";
import type { FirstBootReport } from "#firstboot/report.ts";

import { line } from "./line.ts";
import type { Line } from "./line.ts";

const applied: Readonly<Record<string, string>> = {
  first: "applied",
  changed: "changed since the last boot, applied",
  unchanged: "unchanged since the last boot",
};

/** What somebody has to mend: it comes before everything else. */
export function firstBootErrors({ found, issues, problems }: FirstBootReport): Line[] {
  const errors = issues.filter(({ severity }) => severity === "error");
  return [
    ...(errors.length === 0
      ? []
      : [line(`configuration from ${describe(found)}: NOT APPLIED because of errors:`, "bad")]),
    ...errors.map((issue) => line(`  ${formatIssue(issue)}`, "bad")),
    ...problems.map((problem) => line(`problem: ${problem}`, "bad")),
  ];
}

/** What is in force, and what the box waits for. */
export function firstBootLines(report: FirstBootReport): Line[] {
  return [...inForce(report), ...ownConfig(report)];
}

function inForce({ outcome, found, before, issues }: FirstBootReport): Line[] {
  switch (outcome) {
    case "first":
    case "changed":
    case "unchanged":
      return [line(`configuration: from ${describe(found)}; ${applied[outcome]}`)];
    case "kept": {
      const last = `the last good one stays in force, from ${before?.origin ?? "an earlier run"}`;
      const when = before === null ? "" : ` (applied ${before.applied_at})`;
      const none = found === null && !hasErrors(issues) ? "none found; " : "";
      return [line(`configuration: ${none}${last}${when}`, "warning")];
    }
    case "waiting":
      return [
        line("waiting for a volume labelled CIDATA with a right user-data", "warning"),
        line("  until then: DHCP on every interface with a cable"),
      ];
  }
}

function ownConfig({ gatepair_config: type }: FirstBootReport): Line[] {
  if (type === "own") return [line("  gatepair itself: from `gatepair config apply`")];
  if (type === "superseded") {
    return [line("  gatepair itself: the document changed after `gatepair config apply`, and won")];
  }
  return [];
}

/** What is good to know, if there is room for it. */
export function firstBootNotes(report: FirstBootReport): Line[] {
  const { issues, notes, ignored, looked_at: looks, outcome } = report;
  const warnings = issues.filter(({ severity }) => severity === "warning");
  const wasFound = outcome === "first" || outcome === "changed" || outcome === "unchanged";
  return [
    ...warnings.map((issue) => line(formatIssue(issue), "warning")),
    ...notes.map((note) => line(`note: ${note}`)),
    ...(ignored.length === 0 ? [] : [line(`without effect: ${ignored.join(", ")}`)]),
    ...(wasFound ? [] : looks.map(({ place, found }) => line(`looked at ${place}: ${found}`))),
  ];
}

function describe(found: FirstBootReport["found"]): string {
  return found === null ? "an unknown place" : `${found.origin}: ${found.files}`;
}
