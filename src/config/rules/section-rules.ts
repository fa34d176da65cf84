import { milliseconds, type Milliseconds } from "#base/time.ts";
import { ownerPriority } from "#vrrp/constants.ts";

import type { HealthConfig, NginxConfig, SmtpConfig, VirtualRouterConfig } from "../config.ts";
import { formatDuration } from "../duration.ts";
import { error, quote, warning } from "../issue.ts";
import type { Finding } from "../issue.ts";
import { interfaceOf } from "./address-rules.ts";
import type { ConfigParts } from "./parts.ts";

export function checkProbe({ probe }: NginxConfig): Finding[] {
  if (probe === "none" || probe.timeout <= probe.interval) return [];
  const interval = formatDuration(probe.interval);
  return [
    error(
      ["nginx", "probe", "timeout"],
      `found ${formatDuration(probe.timeout)}; accepted: at most the interval of ${interval}`,
    ),
  ];
}

const smtpPath = ["notifications", "smtp"];

export function checkSmtp(smtp: SmtpConfig): Finding[] {
  return [...checkLogin(smtp), ...checkTls(smtp)];
}

/** A login is a user name and one of the two ways to give its password. */
function checkLogin({ username, password, passwordFile }: SmtpConfig): Finding[] {
  const passwordKey = password === undefined ? "password_file" : "password";
  const hasPassword = password !== undefined || passwordFile !== undefined;
  if (username !== undefined && !hasPassword) {
    const message = "found without password or password_file; accepted: with one of them";
    return [error([...smtpPath, "username"], message)];
  }
  if (username === undefined && hasPassword) {
    return [error([...smtpPath, passwordKey], "found without username; accepted: with it")];
  }
  if (password === undefined || passwordFile === undefined) return [];
  return [
    error([...smtpPath, "password_file"], "found next to password; accepted: one of the two"),
  ];
}

function checkTls({ tls, server, username, caFile }: SmtpConfig): Finding[] {
  if (tls !== "none") return [];
  const findings: Finding[] = [];
  if (username !== undefined && !isLoopback(server)) {
    const message = `found none, which sends the password readable to ${quote(server)}`;
    findings.push(error([...smtpPath, "tls"], `${message}; accepted: starttls or implicit`));
  }
  if (caFile !== undefined) {
    findings.push(warning([...smtpPath, "ca_file"], "has no effect with tls: none"));
  }
  return findings;
}

function isLoopback(server: string): boolean {
  return server === "localhost" || server === "::1" || /^127(\.\d{1,3}){3}$/.test(server);
}

/** Between virtual routers and the other sections. */
export function checkReferences(parts: ConfigParts): Finding[] {
  return [
    ...checkTrackedNginx(parts),
    ...checkInterfaces(parts),
    ...checkDownDelays(parts),
    ...checkHealthWeights(parts.health, parts.virtualRouters),
  ];
}

function checkTrackedNginx({ virtualRouters, hasNginx, nginx }: ConfigParts): Finding[] {
  const tracked = virtualRouters.map((router) => router?.track.nginx !== undefined);
  if (!hasNginx) {
    const message = "found without a section nginx at the top; accepted: with it";
    return tracked.flatMap((isTracked, index): Finding[] => {
      const path = ["virtual_routers", index, "track", "nginx"];
      return isTracked ? [{ ...error(path, message), at: "key" }] : [];
    });
  }
  if (nginx === undefined || virtualRouters.includes(undefined) || tracked.includes(true))
    return [];
  const message = "no virtual router has track: {nginx: ...}, so a failure of nginx moves nothing";
  return [{ ...warning(["nginx"], message), at: "key" }];
}

/** A link that is down for less than its delay is no fault: until then nobody may take over. */
function checkDownDelays({ interfaces, virtualRouters }: ConfigParts): Finding[] {
  return interfaces.flatMap(({ name, downDelay }, index): Finding[] => {
    const hasty = virtualRouters.find(
      (router) => router?.interface === name && downDelay > 0 && downDelay >= patienceOf(router),
    );
    if (hasty === undefined) return [];
    const message =
      `a Backup of ${quote(hasty.name)} takes over after ${hasty.lossCount} lost Advertisements: ` +
      `with a link that is down for nearly ${formatDuration(downDelay)} both hosts are Active; ` +
      `below ${formatDuration(patienceOf(hasty))} they are not`;
    return [warning(["interfaces", index, "down_delay"], message)];
  });
}

/** So long an Active Router may be silent without losing the role. */
function patienceOf({ lossCount, advertisementInterval }: VirtualRouterConfig): Milliseconds {
  return milliseconds((lossCount - 1) * advertisementInterval);
}

function checkInterfaces({ interfaces, virtualRouters }: ConfigParts): Finding[] {
  const names = interfaces.map((entry) => entry.name);
  const used = new Set(
    virtualRouters.flatMap((router) =>
      router === undefined
        ? []
        : [
            router.interface,
            ...router.addresses.map((address) => interfaceOf(router, address)),
            ...router.track.interfaces.map(({ name }) => name),
          ],
    ),
  );
  return names.flatMap((name, index): Finding[] => {
    const path = ["interfaces", index, "name"];
    if (names.indexOf(name) !== index) {
      return [error(path, `found ${quote(name)} twice; accepted: each interface once`)];
    }
    const isIdle = !virtualRouters.includes(undefined) && !used.has(name);
    return isIdle ? [warning(path, `no virtual router uses or tracks ${quote(name)}`)] : [];
  });
}

function checkHealthWeights(
  health: HealthConfig | undefined,
  routers: ConfigParts["virtualRouters"],
): Finding[] {
  const stubborn = routers.find(
    (router) => router?.preempt === false || router?.priority === ownerPriority,
  );
  if (health === undefined || stubborn === undefined) return [];
  const conditions = ["disk", "memory", "load", "temperature"] as const;
  return conditions.flatMap((name): Finding[] => {
    if (health[name].lowerPriority === undefined) return [];
    const why = stubborn.preempt ? "priority 255" : "preempt: false";
    const message = `found a weight while virtual router ${quote(stubborn.name)} has ${why}`;
    return [error(["health", name, "lower_priority"], `${message}; accepted: without ${why}`)];
  });
}
