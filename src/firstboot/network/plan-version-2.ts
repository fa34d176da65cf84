import type { Finding, Path } from "#config/issue.ts";

import { readBondOptions } from "./bond-options.ts";
import { plainDevice } from "./network-plan.ts";
import type {
  Device,
  DeviceKind,
  DeviceMatch,
  DhcpOptions,
  NetworkPlan,
  Route,
} from "./network-plan.ts";
import type { Common2, Device2, Overrides2, Version2 } from "./version-2.ts";

export interface Planned {
  readonly plan: NetworkPlan;
  readonly findings: readonly Finding[];
}

/** A document of version 2 (netplan's format) as a plan. */
export function planVersion2(document: Version2, path: Path): Planned {
  const findings: Finding[] = [];
  const ethernets = Object.entries(document.ethernets).map(([id, device]) =>
    toDevice([...path, "ethernets", id], device, toEthernet(id, device)),
  );
  const bonds = Object.entries(document.bonds).map(([id, device]) => {
    const bond = readBondOptions(device.parameters, [...path, "bonds", id, "parameters"]);
    findings.push(...bond.findings);
    const { options, primary } = bond;
    const kind = { type: "bond", members: device.interfaces, options } as const;
    return toDevice([...path, "bonds", id], device, primary ? { ...kind, primary } : kind);
  });
  const vlans = Object.entries(document.vlans).map(([id, device]) =>
    toDevice([...path, "vlans", id], device, {
      type: "vlan",
      link: device.link,
      vlanId: device.id,
    }),
  );
  return { plan: { devices: [...ethernets, ...bonds, ...vlans] }, findings };
}

function toEthernet(id: string, device: Device2): Device["kind"] {
  const { macaddress, name, driver } = device.match ?? {};
  const match: DeviceMatch = {
    ...(macaddress && { macAddress: macaddress }),
    ...(name && { name }),
    ...(driver && { driver }),
  };
  const rename = device["set-name"];
  // Without a match the key itself is the name of the interface.
  const isNamed = Object.keys(match).length > 0;
  return { type: "ethernet", match: isNamed ? match : { name: id }, ...(rename && { rename }) };
}

function toDevice(path: Path, device: Common2, kind: DeviceKind): Device {
  const acceptRa = device["accept-ra"];
  const linkLocal = device["link-local"];
  const identifier = device["dhcp-identifier"] === "mac" ? { ClientIdentifier: "mac" } : {};
  return {
    ...plainDevice,
    id: String(path.at(-1)),
    path,
    kind,
    dhcp4: device.dhcp4,
    dhcp6: device.dhcp6,
    ...(acceptRa !== undefined && { acceptRa }),
    ...(linkLocal && { linkLocal }),
    addresses: device.addresses,
    routes: toRoutes(device),
    nameservers: device.nameservers.addresses,
    search: device.nameservers.search,
    ...(device.mtu && { mtu: device.mtu }),
    ...(device.macaddress && { macAddress: device.macaddress }),
    dhcp4Options: { ...identifier, ...toDhcpOptions(device["dhcp4-overrides"]) },
    dhcp6Options: toDhcpOptions(device["dhcp6-overrides"]),
  };
}

function toRoutes(device: Common2): Route[] {
  const gateways = [device.gateway4, device.gateway6].filter((gateway) => gateway !== undefined);
  const routes = device.routes.map((route): Route => ({
    ...(route.to !== "default" && { destination: route.to }),
    ...(route.via && { gateway: route.via }),
    ...(route.metric !== undefined && { metric: route.metric }),
    ...(route.table && { table: route.table }),
    ...(route.from && { source: route.from }),
    ...(route["on-link"] && { onLink: true }),
  }));
  return [...gateways.map((gateway) => ({ gateway })), ...routes];
}

const dhcpKeys = {
  "route-metric": "RouteMetric",
  "use-dns": "UseDNS",
  "use-domains": "UseDomains",
  "use-hostname": "UseHostname",
  "use-mtu": "UseMTU",
  "use-ntp": "UseNTP",
  "use-routes": "UseRoutes",
  "send-hostname": "SendHostname",
  hostname: "Hostname",
} as const;

function toDhcpOptions(overrides: Overrides2): DhcpOptions {
  const entries = Object.entries(dhcpKeys).flatMap(([key, name]) => {
    const value = overrides[key as keyof Overrides2];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(entries);
}
