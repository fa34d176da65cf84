import { error, quote } from "#config/issue.ts";
import type { Finding, Path } from "#config/issue.ts";

import { readBondOptions } from "./bond-options.ts";
import { containsAddress, ipFamily, parseLength } from "./ip-text.ts";
import type { IpPrefix } from "./ip-text.ts";
import { plainDevice } from "./network-plan.ts";
import type { Device, Route } from "./network-plan.ts";
import type { Planned } from "./plan-version-2.ts";
import type { Device1, Item1, Route1, Subnet1, Version1 } from "./version-1.ts";

/** A document of version 1 (cloud-init's own format, which Proxmox writes) as a plan. */
export function planVersion1(document: Version1, path: Path): Planned {
  const findings: Finding[] = [];
  const devices = document.config.flatMap((item, index): Device[] =>
    isDevice(item) ? [planDevice(item, [...path, "config", index], findings)] : [],
  );
  const routes = planLooseRoutes(document, devices, path, findings);
  const planned = devices.map((device) => complete(device, routes.get(device.id) ?? [], document));
  return { plan: { devices: planned }, findings };
}

/** With what the document says of it in other places. */
function complete(device: Device, routes: readonly Route[], { config }: Version1): Device {
  return { ...device, routes: [...device.routes, ...routes], ...addServers(device, config) };
}

function isDevice(item: Item1): item is Device1 {
  return item.type === "physical" || item.type === "bond" || item.type === "vlan";
}

function planDevice(item: Device1, path: Path, findings: Finding[]): Device {
  const types = item.subnets.map(({ type }) => type);
  const acceptRa = item["accept-ra"] ?? (types.some(wantsRa) ? true : undefined);
  const metrics = item.subnets.find(({ metric }) => metric !== undefined)?.metric;
  const dhcpOptions = metrics === undefined ? {} : { RouteMetric: String(metrics) };
  return {
    ...plainDevice,
    id: item.name,
    path,
    kind: toKind(item, path, findings),
    dhcp4: types.some((type) => type === "dhcp" || type === "dhcp4"),
    dhcp6: types.some((type) => type === "dhcp6" || type.startsWith("ipv6_dhcpv6")),
    ...(acceptRa !== undefined && { acceptRa }),
    addresses: item.subnets.flatMap((subnet, index) =>
      toAddress(subnet, [...path, "subnets", index], findings),
    ),
    routes: item.subnets.flatMap((subnet, index) =>
      toRoutes(subnet, [...path, "subnets", index], findings),
    ),
    nameservers: item.subnets.flatMap((subnet) => subnet.dns_nameservers),
    search: item.subnets.flatMap((subnet) => subnet.dns_search),
    ...(item.mtu && { mtu: item.mtu }),
    ...(item.type !== "physical" && item.mac_address && { macAddress: item.mac_address }),
    dhcp4Options: dhcpOptions,
    dhcp6Options: {},
  };
}

function wantsRa(type: Subnet1["type"]): boolean {
  return type === "ipv6_slaac" || type.startsWith("ipv6_dhcpv6");
}

function toKind(item: Device1, path: Path, findings: Finding[]): Device["kind"] {
  switch (item.type) {
    case "physical":
      // The name is what the NIC with this MAC address shall be called, as in cloud-init.
      return item.mac_address
        ? { type: "ethernet", match: { macAddress: item.mac_address }, rename: item.name }
        : { type: "ethernet", match: { name: item.name } };
    case "bond": {
      const {
        options,
        primary,
        findings: found,
      } = readBondOptions(item.params, [...path, "params"]);
      findings.push(...found);
      return { type: "bond", members: item.bond_interfaces, options, ...(primary && { primary }) };
    }
    case "vlan":
      return { type: "vlan", link: item.vlan_link, vlanId: item.vlan_id };
  }
}

function toAddress(subnet: Subnet1, path: Path, findings: Finding[]): IpPrefix[] {
  const { type, address, netmask } = subnet;
  const isStatic = type === "static" || type === "static6";
  if (address === undefined) {
    if (isStatic)
      findings.push(
        error([...path, "address"], "missing; accepted: an address such as 192.0.2.1/24"),
      );
    return [];
  }
  if (!isStatic) {
    findings.push(
      error([...path, "address"], `found an address with type ${type}; accepted: type static`),
    );
    return [];
  }
  if (typeof address !== "string") return [address];
  const prefix = withMask(address, netmask);
  if (prefix !== undefined) return [prefix];
  findings.push(error([...path, "netmask"], describeMask(netmask)));
  return [];
}

function withMask(address: string, netmask: string | undefined): IpPrefix | undefined {
  const family = ipFamily(address);
  const prefixLength = family && netmask !== undefined ? parseLength(netmask, family) : undefined;
  return family && prefixLength !== undefined ? { family, address, prefixLength } : undefined;
}

function describeMask(netmask: string | undefined): string {
  const found = netmask === undefined ? "missing" : `found ${quote(netmask)}`;
  return `${found}; accepted: a netmask such as 255.255.255.0, or the address with its prefix`;
}

function toRoutes(subnet: Subnet1, path: Path, findings: Finding[]): Route[] {
  const { gateway, metric } = subnet;
  const first = gateway === undefined ? [] : [{ gateway, ...(metric !== undefined && { metric }) }];
  const others = subnet.routes.flatMap((route, index) =>
    toRoute(route, [...path, "routes", index], findings),
  );
  return [...first, ...others];
}

function toRoute(route: Route1, path: Path, findings: Finding[]): Route[] {
  const { gateway, metric, netmask } = route;
  const network = route.destination ?? route.network;
  const masked =
    network === undefined || netmask === undefined ? network : withMask(network.address, netmask);
  if (network !== undefined && masked === undefined) {
    findings.push(error([...path, "netmask"], describeMask(netmask)));
    return [];
  }
  const isDefault = masked === undefined || masked.prefixLength === 0;
  return [
    {
      ...(!isDefault && { destination: masked }),
      ...(gateway && { gateway }),
      ...(metric !== undefined && { metric }),
    },
  ];
}

/** Routes on their own belong to the device whose network holds their gateway. */
function planLooseRoutes(
  document: Version1,
  devices: readonly Device[],
  path: Path,
  findings: Finding[],
): Map<string, Route[]> {
  const routes = new Map<string, Route[]>();
  for (const [index, item] of document.config.entries()) {
    if (item.type !== "route") continue;
    const at = [...path, "config", index];
    const owner = devices.find((device) => reaches(device, item.gateway));
    if (owner === undefined) {
      findings.push(
        error(
          [...at, "gateway"],
          "found a gateway in no network of these devices; accepted: a neighbour",
        ),
      );
    } else routes.set(owner.id, [...(routes.get(owner.id) ?? []), ...toRoute(item, at, findings)]);
  }
  return routes;
}

function reaches(device: Device, gateway: string | undefined): boolean {
  return (
    gateway !== undefined && device.addresses.some((prefix) => containsAddress(prefix, gateway))
  );
}

/** Name servers on their own are for one device, or for each that has addresses. */
function addServers(
  device: Device,
  items: readonly Item1[],
): Pick<Device, "nameservers" | "search"> {
  const isReachable = device.dhcp4 || device.dhcp6 || device.addresses.length > 0;
  const own = items.filter(
    (item) =>
      item.type === "nameserver" &&
      (item.interface === undefined ? isReachable : item.interface === device.id),
  ) as Extract<Item1, { readonly type: "nameserver" }>[];
  return {
    nameservers: [...new Set([...device.nameservers, ...own.flatMap(({ address }) => address)])],
    search: [...new Set([...device.search, ...own.flatMap(({ search }) => search)])],
  };
}
