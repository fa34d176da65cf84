import {
  conditionLines,
  nginxLines,
  routerLines,
  silentLines,
  trackingLines,
} from "./daemon-lines.ts";
import type { DaemonFacts, Facts, InterfaceFacts } from "./facts.ts";
import { firstBootErrors, firstBootLines, firstBootNotes } from "./first-boot-lines.ts";
import { formatSpan, line } from "./line.ts";
import type { Line } from "./line.ts";

/** All that there is to show, the most important first. */
export interface Screen {
  readonly title: Line;
  /** The roles in one line, for when there is no room to show them with their reasons. */
  readonly summary: Line;
  readonly sections: readonly (readonly Line[])[];
}

export function makeScreen(facts: Facts): Screen {
  const { daemon, firstBoot, interfaces } = facts;
  const status = daemon.type === "answers" ? daemon.status : undefined;
  const silent = daemon.type === "silent" ? silentLines(daemon) : [];
  const sections = [
    firstBoot === undefined ? [] : firstBootErrors(firstBoot),
    firstBoot?.outcome === "waiting" ? firstBootLines(firstBoot) : [],
    silent,
    status === undefined ? [] : conditionLines(status),
    ...(status?.virtual_routers ?? []).map(routerLines),
    status === undefined ? [] : nginxLines(status),
    status === undefined ? [] : trackingLines(status),
    interfaces.map((each) => interfaceLine(each, virtualAddresses(daemon))),
    firstBoot === undefined || firstBoot.outcome === "waiting" ? [] : firstBootLines(firstBoot),
    firstBoot === undefined ? [] : firstBootNotes(firstBoot),
  ];
  return {
    title: titleLine(facts),
    summary: summaryLine(daemon, silent),
    sections: sections.filter((lines) => lines.length > 0),
  };
}

/** Equal texts mean that nothing happened that belongs into a log. */
export function materialOf({ title, sections }: Screen): string {
  return [title, ...sections.flat()].map(({ material }) => material).join("\n");
}

function titleLine({ hostname, version, uptime }: Facts): Line {
  const name = `${hostname}: Gatepair ${version}`;
  return line(`${name}, up ${formatSpan(uptime)}`, "plain", name);
}

function summaryLine(daemon: DaemonFacts, silent: readonly Line[]): Line {
  if (daemon.type === "silent") return silent[0] ?? line("gatepair: NOT RUNNING", "bad");
  const { virtual_routers: routers, nginx, conditions } = daemon.status;
  const parts = [
    ...routers.map(({ name, role }) => `${name}: ${role.toUpperCase()}`),
    ...(nginx === null ? [] : [`nginx: ${nginx.status}`]),
    ...(conditions.length === 0 ? [] : [`wrong now: ${conditions.length}`]),
  ];
  return line(parts.join(", "));
}

function virtualAddresses(daemon: DaemonFacts): ReadonlySet<string> {
  if (daemon.type === "silent") return new Set();
  const addresses = daemon.status.virtual_routers.flatMap((router) => router.addresses);
  return new Set(addresses.map(({ address }) => address));
}

function interfaceLine(
  { name, carrier, addresses }: InterfaceFacts,
  virtual: ReadonlySet<string>,
): Line {
  const shown = addresses.map((each) => (virtual.has(each) ? `${each} (virtual)` : each));
  const text = shown.length === 0 ? "no address" : shown.join(", ");
  if (carrier === undefined) return line(`${name}: down`, "warning");
  return carrier
    ? line(`${name}: ${text}`)
    : line(`${name}: NO CARRIER: is the cable in? (${text})`, "warning");
}
