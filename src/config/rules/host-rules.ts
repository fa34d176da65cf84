import {
  familyOf,
  formatAddressPrefix,
  hostPrefixLength,
  isIpv6LinkLocal,
  prefixContains,
} from "#base/ip-address.ts";
import type { AddressPrefix } from "#base/ip-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";

import type { LocatedConfig, VirtualRouterConfig } from "../config.ts";
import { error, quote, sortIssues, warning } from "../issue.ts";
import type { Finding, Issue, Path } from "../issue.ts";
import { locate } from "../source.ts";
import { interfaceOf } from "./address-rules.ts";

const familyNames = { ipv4: "IPv4", ipv6: "global IPv6" } as const;

/** An interface as it is now. */
export interface HostInterface {
  readonly name: string;
  readonly addresses: readonly AddressPrefix[];
}

/** What stands in the way of the script of a check on a host. */
export type ScriptFinding =
  | { readonly type: "no-user" }
  | { readonly type: "absent" }
  /** The mode of `path`, the program or a directory on the way to it, forbids it to the user. */
  | { readonly type: "forbidden"; readonly path: string };

/** Scripts that could not be started now, by the names of their checks. They may be put there later. */
export function checkScriptsOnHost(
  located: LocatedConfig,
  host: ReadonlyMap<string, ScriptFinding>,
): Issue[] {
  const findings = located.config.checks.flatMap(({ name, probe }, index): Finding[] => {
    const finding = host.get(name);
    if (probe.type !== "script" || finding === undefined) return [];
    const path = ["checks", index, "script"];
    return [describeScript(finding, { path, program: probe.command.program, user: probe.user })];
  });
  return sortIssues(findings.map((finding) => locate(located.source, finding)));
}

function describeScript(
  finding: ScriptFinding,
  { path, program, user }: { path: Path; program: string; user: string },
): Finding {
  const place = [...path, "command", 0];
  switch (finding.type) {
    case "no-user":
      return warning([...path, "user"], `this host has no user ${quote(user)} now`);
    case "absent":
      return warning(place, `this host has no file ${quote(program)} now`);
    case "forbidden":
      return warning(
        place,
        `user ${quote(user)} may not run it: see the mode of ${quote(finding.path)}`,
      );
  }
}

/**
 * What the configuration asks of a host that it does not have. An absent interface is only a
 * warning, because it may appear later; an address that its interface cannot carry is an error.
 */
export function checkAgainstHost(located: LocatedConfig, host: readonly HostInterface[]): Issue[] {
  const findings = located.config.virtualRouters.flatMap((router, index) => {
    const path = ["virtual_routers", index];
    return [
      ...checkOwnInterface(router, path, host),
      ...checkTracked(router, path, host),
      ...checkRouteWays(router, path, host),
    ];
  });
  return sortIssues(findings.map((finding) => locate(located.source, finding)));
}

function checkOwnInterface(
  router: VirtualRouterConfig,
  path: Path,
  host: readonly HostInterface[],
): Finding[] {
  const isHere = (name: string) => host.some((each) => each.name === name);
  const missing = isHere(router.interface)
    ? []
    : [absent([...path, "interface"], router.interface, host)];
  const findings = router.addresses.flatMap((address, index): Finding[] => {
    const at = [...path, "addresses", index];
    const name = interfaceOf(router, address);
    const link = host.find((each) => each.name === name);
    if (link !== undefined) {
      return [...checkAddress(address, at, link), ...checkScope(address, at, link)];
    }
    return name === router.interface ? [] : [absent([...at, "interface"], name, host)];
  });
  return [...missing, ...findings];
}

function checkTracked(
  router: VirtualRouterConfig,
  path: Path,
  host: readonly HostInterface[],
): Finding[] {
  return router.track.interfaces.flatMap(({ name }, index): Finding[] =>
    host.some((each) => each.name === name)
      ? []
      : [absent([...path, "track", "interfaces", index, "name"], name, host)],
  );
}

function checkRouteWays(
  { routes, addresses }: VirtualRouterConfig,
  path: Path,
  host: readonly HostInterface[],
): Finding[] {
  const networks = [...addresses, ...host.flatMap((each) => each.addresses)];
  return routes.flatMap(({ via, interface: name }, index): Finding[] => {
    const at = [...path, "routes", index];
    if (name !== undefined && !host.some((each) => each.name === name)) {
      return [absent([...at, "interface"], name, host)];
    }
    if (via === undefined || networks.some((network) => prefixContains(network, via))) return [];
    return [warning([...at, "via"], `${via} is in no subnet of this host now`)];
  });
}

function absent(path: Path, name: string, host: readonly HostInterface[]): Finding {
  const names = host.map((each) => each.name).join(", ");
  return warning(path, `this host has no interface ${quote(name)} now; it has: ${names}`);
}

/** A link-local address needs no subnet, but that the interface has such an address of its own. */
function checkLinkLocal(path: Path, link: HostInterface): Finding[] {
  const speaks = link.addresses.some(
    ({ address, prefixLength }) => isIpv6LinkLocal(address) && prefixLength < 128,
  );
  if (speaks) return [];
  const message = `${link.name} has no link-local address now, and Advertisements over IPv6 need one`;
  return [warning(path, message)];
}

/** All IPv4 addresses of one subnet have one scope (__inet_insert_ifa in net/ipv4/devinet.c). */
function checkScope(virtual: VirtualAddress, path: Path, link: HostInterface): Finding[] {
  const { prefixLength, attributes } = virtual;
  const scope = attributes?.scope ?? "global";
  if (scope === "global") return [];
  const own = link.addresses.find(
    (each) =>
      each.prefixLength === prefixLength &&
      each.address !== virtual.address &&
      prefixContains(each, virtual.address),
  );
  if (own === undefined) return [];
  const message = `the kernel refuses scope ${scope} beside ${formatAddressPrefix(own)}, unless that has it too`;
  return [warning([...path, "scope"], `${message}; /${hostPrefixLength(own.address)} helps`)];
}

function checkAddress(address: AddressPrefix, path: Path, link: HostInterface): Finding[] {
  if (isIpv6LinkLocal(address.address)) return checkLinkLocal(path, link);
  const family = familyOf(address.address);
  // Host routes are no subnets, and may be this very address while this host is Active.
  const subnets = link.addresses.filter(
    ({ address: own, prefixLength }) =>
      familyOf(own) === family && !isIpv6LinkLocal(own) && prefixLength < hostPrefixLength(own),
  );
  if (subnets.some((subnet) => prefixContains(subnet, address.address))) return [];
  if (subnets.length === 0) {
    // DHCP may bring it later.
    return [
      warning(
        path,
        `${link.name} has no ${familyNames[family]} address now, so no subnet to check this against`,
      ),
    ];
  }
  const known = subnets.map(formatAddressPrefix).join(", ");
  const message = `found ${formatAddressPrefix(address)}, which is in no subnet of ${link.name} (${known})`;
  return address.prefixLength === hostPrefixLength(address.address)
    ? [
        error(
          path,
          `${message}; accepted: an address of its subnets, or one with a prefix of its own`,
        ),
      ]
    : [warning(path, `${message}; it brings its own`)];
}
