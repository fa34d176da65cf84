import { printable } from "#base/printable.ts";
import type { Status } from "#engine/snapshot.ts";
import { describeAddresses, describePriority, describeRoute } from "./router-text.ts";
import { formatSpan } from "./span.ts";
import { describeCheck, describeTrackedFile } from "./tracking-text.ts";

type RouterStatus = Status["virtual_routers"][number];

/** The status for people: the most important first, nothing that is not known. */
export function renderStatus(status: Status): string {
  const lines = [
    `${status.router_id}: gatepair ${status.version}, up ${formatSpan(status.uptime)}`,
    ...status.virtual_routers.flatMap(renderRouter),
    ...renderNginx(status.nginx),
    ...status.interfaces.map(renderInterface),
    ...status.checks.map(describeCheck),
    ...status.tracked_files.map(describeTrackedFile),
    ...renderMail(status.mail),
    ...renderHealth(status.health),
    ...renderDropped(status.dropped_packets),
    ...renderForeign(status.foreign_virtual_routers),
    ...renderConditions(status.conditions),
  ];
  return lines.map(printable).join("\n");
}

function renderRouter(router: RouterStatus): string[] {
  const { name, role, why, since, vrid, vrrp_version: version } = router;
  const lines = [
    "",
    `${name}: ${role.toUpperCase()} for ${formatSpan(since)}`,
    row("why", why),
    row("VRRP", `version ${version}, VRID ${vrid} on ${router.interface}`),
    row("priority", describePriority(router)),
    row("addresses", describeAddresses(router)),
    ...router.routes.map((route) => row("route", describeRoute(route))),
    ...router.virtual_macs.map((each) => row("virtual MAC", describeVirtualMac(each))),
    row("peer", describePeer(router)),
  ];
  if (role === "fault") for (const fault of router.faults) lines.push(row("fault", fault.reason));
  if (router.waiting_for !== null) lines.push(row("waiting for", router.waiting_for));
  if (router.handed_over) lines.push(row("handed over", "on request; 'failover --cancel' ends it"));
  return lines;
}

function describeVirtualMac(each: RouterStatus["virtual_macs"][number]): string {
  const state = each.present ? (each.up ? "up" : "down") : "missing";
  return `${each.mac} on ${each.interface}, ${state}`;
}

function describePeer({ peer, role }: RouterStatus): string {
  const { state, last_heard: last } = peer;
  if (last === null) return "unknown, nothing was heard from one";
  const heard = `${last.address}, priority ${last.priority}, heard ${formatSpan(last.ago)} ago`;
  if (state === "active") return `Active: ${heard}`;
  return role === "active"
    ? `unknown, a Backup sends nothing; last ${heard}`
    : `unknown; last ${heard}`;
}

function renderNginx(nginx: Status["nginx"]): string[] {
  if (nginx === null) return ["", "nginx: not run by gatepair"];
  const pid = nginx.pid === null ? "" : `, PID ${nginx.pid}`;
  const lines = [
    "",
    `nginx: ${nginx.status} for ${formatSpan(nginx.since)}${pid}`,
    row("why", nginx.why),
  ];
  return [...lines, ...nginx.said.slice(-3).map((line) => row("said", line))];
}

function renderInterface({
  name,
  usable,
  why,
  primary_addresses: addresses,
}: Status["interfaces"][number]) {
  const state = usable ? ["usable", ...addresses].join(", ") : `not usable: ${why}`;
  return `interface ${name}: ${state}`;
}

function renderMail(mail: Status["mail"]): string[] {
  if (mail === null) return ["mail: none configured"];
  if (mail.queued === 0) return ["mail: nothing waits"];
  return [`mail: ${mail.queued} waiting, ${mail.last_error?.text ?? "not tried yet"}`];
}

function renderHealth(health: Status["health"]): string[] {
  if (health === null) return ["machine: not looked at yet"];
  const disks = health.disks.map(
    ({ path, used_percent: used }) => `disk ${path} ${figure(used, "%")}`,
  );
  const memory = `memory ${figure(health.memory_used_percent, "%")}`;
  const load = `load per CPU ${figure(health.load_per_cpu, "")}`;
  const temperature = `CPU ${figure(health.cpu_temperature, " C")}`;
  return [`machine: ${[...disks, memory, load, temperature].join(", ")}`];
}

function renderForeign(routers: Status["foreign_virtual_routers"]): string[] {
  const texts = routers.map(
    ({ interface: link, vrid, address }) => `VRID ${vrid} on ${link} (${address})`,
  );
  return texts.length === 0 ? [] : [`virtual routers of others: ${texts.join(", ")}`];
}

function renderDropped(dropped: Status["dropped_packets"]): string[] {
  const causes = Object.entries(dropped).map(([cause, count]) => `${cause} ${count}`);
  return causes.length === 0 ? [] : [`refused packets: ${causes.join(", ")}`];
}

function renderConditions(conditions: Status["conditions"]): string[] {
  if (conditions.length === 0) return ["", "nothing is wrong"];
  const lines = conditions.map(({ severity, code, text, since }) => {
    return row(severity, `${code}: ${text} (since ${since})`);
  });
  return ["", "wrong now:", ...lines];
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(12)} ${text}`;
}

function figure(value: number | null, unit: string): string {
  return value === null ? "unknown" : `${Math.round(value * 100) / 100}${unit}`;
}
