import { conditionSeverity, describeCondition } from "#alerts/conditions.ts";
import { formatAddressPrefix } from "#base/ip-address.ts";
import { elapsed, type Instant } from "#base/time.ts";
import type { CheckUnit } from "./tracking/check-unit.ts";
import type { Engine } from "./engine.ts";
import type { InterfaceUnit } from "./network/interface-unit.ts";
import type { Leg } from "./router/leg.ts";
import type { Member } from "./router/member.ts";
import { routeSubject } from "./network/route-keeper.ts";
import type { RouterUnit } from "./router/router-unit.ts";
import type { RouterSettings, RouteSettings } from "./settings.ts";
import type { TrackedFileUnit } from "./tracking/tracked-file-unit.ts";

/** Counts up when a field changes its meaning or goes away; new fields may come at any time. */
export const statusSchemaVersion = 1;

/** Everything that `gatepair status --json` shows. Spans are seconds; what is unknown is null. */
export type Status = ReturnType<typeof takeSnapshot>;

export interface DaemonFacts {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: Instant;
}

/** The state of everything, as of now. Only values: what follows cannot change it. */
export function takeSnapshot(engine: Engine, daemon: DaemonFacts) {
  const { clock, wallClock } = engine.ports;
  const now = clock.now();
  return {
    schema_version: statusSchemaVersion,
    at: wallClock.timestamp(),
    router_id: engine.settings.notifications.routerId,
    version: daemon.version,
    pid: daemon.pid,
    uptime: secondsBetween(daemon.startedAt, now),
    virtual_routers: engine.routers.flatMap((unit) =>
      unit.members.map((member) => routerStatus(unit, member, now)),
    ),
    nginx: nginxStatus(engine, now),
    interfaces: Array.from(engine.interfaces.values(), interfaceStatus),
    checks: Array.from(engine.trackers.checks.values(), (check) => checkStatus(check, now)),
    tracked_files: Array.from(engine.trackers.files.values(), trackedFileStatus),
    conditions: engine.reporter.conditions.map((condition) => ({
      code: condition.code,
      subject: condition.subject,
      severity: conditionSeverity(condition.code),
      text: describeCondition(condition),
      since: condition.since.timestamp,
    })),
    dropped_packets: Object.fromEntries(engine.receiver.dropped),
    foreign_virtual_routers: engine.receiver.foreign.all.map((router) => ({
      interface: router.interfaceName,
      vrid: router.vrid,
      address: router.address,
      advertisements: router.count,
      ago: secondsBetween(router.heardAt, now),
    })),
    mail: mailStatus(engine),
    health: healthStatus(engine),
  };
}

function routerStatus(unit: RouterUnit, member: Member, now: Instant) {
  const { settings, state, verdict, pending } = unit;
  const { counters } = member;
  return {
    name: member.name,
    vrid: member.vrid,
    vrrp_version: settings.parameters.version,
    interface: member.interfaceName,
    role: state.role,
    since: secondsBetween(state.since, now),
    why: state.reason.text,
    why_code: state.reason.code,
    waiting_for: pending ?? null,
    handed_over: state.yielded,
    priority: state.priority,
    configured_priority: settings.parameters.priority,
    lowered_by: verdict.lowering.map(({ source, reason, effect }) => ({
      source,
      reason,
      by: effect.type === "lower-priority" ? effect.by : 0,
    })),
    faults: verdict.faults.map(({ source, reason }) => ({ source, reason })),
    addresses: member.legs.flatMap((leg) => addressStatus(leg, settings)),
    routes: settings.routes
      .filter(({ router }) => router === member.name)
      .map((route) => routeStatus(unit, route)),
    virtual_macs: member.legs.flatMap(virtualMacStatus),
    peer: peerStatus(unit, member, now),
    advertisements: {
      sent: counters.sent,
      received: counters.received,
      send_errors: counters.sendErrors,
    },
  };
}

function routeStatus({ routes }: RouterUnit, route: RouteSettings) {
  return {
    to: routeSubject(route),
    via: route.gateway ?? null,
    interface: route.interfaceName ?? null,
    source: route.source ?? null,
    present: routes.isPresent(route),
  };
}

function addressStatus(leg: Leg, { refused }: RouterSettings) {
  return leg.parameters.addresses.map((prefix) => ({
    address: formatAddressPrefix(prefix),
    interface: leg.places.of(prefix.address)?.name ?? leg.parameters.interfaceName,
    present: leg.isPresent(prefix.address),
    accepts: !refused.some(({ address }) => address === prefix.address),
  }));
}

function virtualMacStatus({ virtualLink }: Leg) {
  if (virtualLink === undefined) return [];
  const { identity, index, up } = virtualLink;
  return [{ mac: identity.mac, interface: identity.name, present: index !== undefined, up }];
}

/**
 * A Backup sends nothing (RFC 9568, 6.4.2), so while we are Active the state of the peer is
 * unknown: what was heard last is from before we took over. Only what was heard is told.
 */
function peerStatus({ settings, state }: RouterUnit, { heard }: Member, now: Instant) {
  if (heard === undefined) return { state: "unknown" as const, last_heard: null };
  const ago = secondsBetween(heard.at, now);
  const lasts = settings.parameters.lossCount * heard.interval;
  const last = { address: heard.address, priority: heard.priority, ago };
  const fresh = state.role !== "active" && heard.priority > 0 && elapsed(heard.at, now) < lasts;
  return { state: fresh ? ("active" as const) : ("unknown" as const), last_heard: last };
}

function interfaceStatus(unit: InterfaceUnit) {
  const failure = unit.failure();
  const addresses = Array.from(unit.families).flatMap(
    (family) => unit.primaryAddress(family) ?? [],
  );
  return {
    name: unit.name,
    usable: failure === undefined,
    why: failure === undefined ? null : describeCondition({ ...failure, subject: unit.name }),
    up: unit.link?.up ?? false,
    carrier: unit.link?.carrier ?? false,
    primary_address: addresses[0] ?? null,
    primary_addresses: addresses,
  };
}

function checkStatus({ settings, verdict, since, problem, last }: CheckUnit, now: Instant) {
  return {
    name: settings.name,
    kind: settings.probe.type,
    verdict,
    since: secondsBetween(since, now),
    why: problem ?? null,
    last_run:
      last === undefined
        ? null
        : {
            passed: last.outcome.ok,
            detail: last.outcome.detail,
            ago: secondsBetween(last.at, now),
            took: Math.round(last.outcome.seconds * 1000) / 1000,
            exit_code: last.outcome.exitCode ?? null,
          },
  };
}

function trackedFileStatus({ path, number, problem }: TrackedFileUnit) {
  return { path, number: number ?? null, problem: problem ?? null };
}

function nginxStatus({ nginx }: Engine, now: Instant) {
  if (nginx === undefined) return null;
  const { status, reason, since, pid } = nginx.health;
  const { lines } = nginx;
  return { status, why: reason, since: secondsBetween(since, now), pid: pid ?? null, said: lines };
}

function mailStatus({ mail, settings }: Engine) {
  if (settings.notifications.mailLimit === undefined) return null;
  return {
    queued: mail?.queued ?? 0,
    oldest: mail?.oldest ?? null,
    last_error: mail?.lastError ?? null,
    last_success: mail?.lastSuccess ?? null,
    next_attempt: mail?.nextAttempt ?? null,
    dropped: mail?.dropped ?? 0,
    undeliverable: mail?.undeliverable ?? 0,
  };
}

function healthStatus({ health }: Engine) {
  const { figures } = health;
  if (figures === undefined) return null;
  return {
    disks: figures.disks.map(({ path, usedPercent }) => ({
      path,
      used_percent: usedPercent ?? null,
    })),
    memory_used_percent: figures.memoryUsedPercent ?? null,
    load_per_cpu: figures.loadPerCpu ?? null,
    cpu_temperature: figures.cpuTemperature ?? null,
  };
}

function secondsBetween(start: Instant, end: Instant): number {
  return Math.round(elapsed(start, end)) / 1000;
}
