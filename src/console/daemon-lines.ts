import { describeLoaded } from "#cli/load-config.ts";
import { defaultConfig } from "#cli/options.ts";
import { describeAddresses, describePriority } from "#cli/router-text.ts";
import { describeTrackedFile } from "#cli/tracking-text.ts";
import type { Status } from "#engine/snapshot.ts";

import type { SilentDaemon, UnitState } from "./facts.ts";
import { formatSpan, line, row } from "./line.ts";
import type { Line, Tone } from "./line.ts";

type RouterStatus = Status["virtual_routers"][number];

const roleTones: Readonly<Record<string, Tone>> = { active: "good", fault: "bad" };
const severityTones: Readonly<Record<string, Tone>> = { critical: "bad", warning: "warning" };

export function conditionLines({ conditions }: Status): Line[] {
  return conditions.map(({ severity, code, subject, text, since }) =>
    line(
      `${severity}: ${text} (since ${since})`,
      severityTones[severity],
      // Figures in the text change; what is ill does not.
      `${severity} ${code} ${subject}`,
    ),
  );
}

export function routerLines(router: RouterStatus): Line[] {
  const { name, role, since, why } = router;
  const title = `${name}: ${role.toUpperCase()}`;
  const lines = [
    line(`${title} for ${formatSpan(since)}`, roleTones[role], title),
    row("why", why),
    ...(role === "fault" ? router.faults.map(({ reason }) => row("fault", reason, "bad")) : []),
    row("priority", describePriority(router)),
    row("addresses", describeAddresses(router)),
    peerLine(router),
  ];
  if (router.waiting_for !== null) lines.push(row("waits for", router.waiting_for));
  if (router.handed_over) lines.push(row("handed over", "on request", "warning"));
  return lines;
}

/** A Backup sends nothing (RFC 9568, 6.4.2): an Active Router cannot know how its peer is. */
function peerLine({ peer, role }: RouterStatus): Line {
  const { state, last_heard: last } = peer;
  if (last === null) return row("peer", "unknown, nothing was heard from one");
  const heard = `${last.address}, priority ${last.priority}`;
  if (state === "active") return row("peer", `Active: ${heard}`);
  const unknown = role === "active" ? "unknown, a Backup sends nothing" : "unknown";
  const material = `${unknown}; last heard: ${heard}`;
  return row("peer", `${material}, ${formatSpan(last.ago)} ago`, "plain", material);
}

export function nginxLines({ nginx }: Status): Line[] {
  if (nginx === null) return [line("nginx: not run by gatepair")];
  const { status, why, since, said } = nginx;
  const tone = { healthy: "good", failed: "bad" }[status as string] as Tone | undefined;
  const title = `nginx: ${status}`;
  const lines = [line(`${title} for ${formatSpan(since)}`, tone, title)];
  if (status === "healthy") return lines;
  // What it says meanwhile is for whoever looks, and no news by itself.
  return [
    ...lines,
    row("why", why),
    ...said.slice(-3).map((text) => row("said", text, "plain", "")),
  ];
}

/** Those that are well in one line: a screen has 25. A number in a file is somebody's will. */
export function trackingLines({ checks, tracked_files: files }: Status): Line[] {
  const passed = checks.filter(({ verdict }) => verdict === "passed").map(({ name }) => name);
  return [
    ...(passed.length === 0 ? [] : [line(`checks passed: ${passed.join(", ")}`, "good")]),
    ...checks.filter(({ verdict }) => verdict !== "passed").map(checkLine),
    ...files
      .filter(({ number, problem }) => number !== 0 || problem !== null)
      .map((file) => line(describeTrackedFile(file), "warning")),
  ];
}

function checkLine(check: Status["checks"][number]): Line {
  const { name, verdict, why } = check;
  if (verdict === "unknown") return line(`check ${name}: unknown, it has no result yet`, "warning");
  // What a script says may change at each run, which is no news by itself.
  return line(`check ${name}: FAILED: ${why}`, "bad", `check ${name}: FAILED`);
}

/** Why there is nothing to show, as far as it can be known. */
export function silentLines(daemon: SilentDaemon): Line[] {
  const { config, unit } = daemon;
  if (config.type === "absent") return [line("gatepair: not running, there is no configuration")];
  if (config.type !== "usable") {
    const issues = describeLoaded(defaultConfig, config);
    return [
      line("gatepair: NOT RUNNING because of its configuration:", "bad"),
      ...issues.map((text) => line(`  ${text}`, "bad")),
    ];
  }
  if (unit === undefined) return [line(`gatepair: NOT RUNNING: ${daemon.message}`, "bad")];
  return unitLines(unit, daemon.message);
}

function unitLines(unit: UnitState, message: string): Line[] {
  const { active, sub, said } = unit;
  if (unit.isQueued && active === "inactive") return [line("gatepair: will start soon")];
  if (active === "activating" && sub === "start") return [line("gatepair: is starting")];
  if (active === "active") return [line(`gatepair: runs, but: ${message}`, "bad")];
  const failure = describeFailure(unit);
  const times = `; started again ${unit.restarts} times`;
  return [
    line(
      `gatepair: NOT RUNNING: ${failure}${unit.restarts === "0" ? "" : times}`,
      "bad",
      `gatepair: NOT RUNNING: ${failure}`,
    ),
    ...said.map((text) => row("said", text, "bad")),
  ];
}

function describeFailure({ active, result, exitStatus }: UnitState): string {
  if (result === "success") return active === "inactive" ? "it was stopped" : `it is ${active}`;
  return result === "exit-code" ? `it ended with exit code ${exitStatus}` : `it failed: ${result}`;
}
