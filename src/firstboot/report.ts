import { formatIssue } from "#config/issue.ts";

import type { FirstBoot } from "./first-boot.ts";

/** Of the last run, for the console and for programs. */
export const reportPath = "/run/gatepair-firstboot/report.json";

/** Counts up when a key changes its meaning. */
const schemaVersion = 1;

/** For the console and the journal: what a person in front of the box wants to know. */
export function formatReport(run: FirstBoot): string {
  const lines = [
    ...describeOutcome(run),
    ...describeConfig(run),
    ...run.problems.map((problem) => `problem: ${problem}`),
    ...run.notes.map((note) => `note: ${note}`),
    ...(run.ignored.length === 0 ? [] : [`without effect: ${run.ignored.join(", ")}`]),
    ...(run.issues.length === 0
      ? []
      : ["issues:", ...run.issues.map((issue) => `  ${formatIssue(issue)}`)]),
    "looked at:",
    ...run.looks.map(({ place, found }) => `  ${place}: ${found}`),
  ];
  return lines.map((line) => `gatepair firstboot: ${line}\n`).join("");
}

function describeOutcome(run: FirstBoot): string[] {
  const { found, before } = run;
  const origin = found === undefined ? "" : `${found.origin}: ${found.files}`;
  const last = `${before?.origin ?? "an earlier run"} (applied ${before?.appliedAt ?? "at an unknown time"})`;
  switch (run.outcome) {
    case "first":
      return [`configuration from ${origin}; applied`];
    case "changed":
      return [`configuration from ${origin}; it changed since the last boot; applied`];
    case "unchanged":
      return [`configuration from ${origin}; unchanged`];
    case "kept":
      return [
        found === undefined
          ? "no configuration found"
          : `configuration from ${origin}; NOT APPLIED because of errors`,
        `the last good configuration stays in force: ${last}`,
      ];
    case "waiting":
      return [
        found === undefined
          ? "no configuration found"
          : `configuration from ${origin}; NOT APPLIED because of errors`,
        "waiting for a volume labelled CIDATA with a right user-data; until then: DHCP on every NIC with a cable",
      ];
  }
}

function describeConfig({ config, outcome }: FirstBoot): string[] {
  switch (config.type) {
    case "seed":
      return [];
    case "own":
      return [
        outcome === "waiting"
          ? "gatepair runs with the configuration of `gatepair config apply`"
          : "gatepair runs with the configuration of `gatepair config apply`, which is later than the section gatepair of the first-boot document",
      ];
    case "superseded":
      return [
        `the section gatepair changed, and replaces the configuration of \`gatepair config apply\`, which is kept in ${config.kept}`,
      ];
  }
}

/** What the report says as JSON. */
export type FirstBootReport = ReturnType<typeof toReport>;

function toReport(run: FirstBoot) {
  const { outcome, found, before, hostname, config, issues, ignored, notes, problems, looks } = run;
  return {
    schema_version: schemaVersion,
    outcome,
    found: found ?? null,
    before: before === undefined ? null : { origin: before.origin, applied_at: before.appliedAt },
    hostname: hostname ?? null,
    gatepair_config: config.type,
    issues,
    ignored,
    notes,
    problems,
    looked_at: looks,
  };
}

/** For programs, the console among them. */
export function toReportJson(run: FirstBoot): string {
  return `${JSON.stringify(toReport(run), null, 2)}\n`;
}

/** Nothing when it is no report of this version. */
export function parseReport(json: string): FirstBootReport | undefined {
  try {
    const report = JSON.parse(json) as FirstBootReport;
    return report.schema_version === schemaVersion ? report : undefined;
  } catch {
    return undefined;
  }
}
