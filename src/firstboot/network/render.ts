import { formatIpPrefix } from "./ip-text.ts";
import type { Device, DeviceMatch, NetworkPlan, Route } from "./network-plan.ts";
import { formatUnit, optional, repeat } from "./unit-text.ts";
import type { Section } from "./unit-text.ts";

/** A file of systemd-networkd or systemd-udevd, below /etc/systemd. */
export interface UnitFile {
  readonly name: string;
  readonly text: string;
}

const comment = "Written by gatepair firstboot from network-config; changes here are lost.";

/** The plan as files: .link(5) for names, .netdev(5) for bonds and VLANs, .network(5) for all. */
export function renderNetwork(plan: NetworkPlan): UnitFile[] {
  return plan.devices.flatMap((device, index) => {
    const name = `network/10-gatepair-${fileNameOf(device, index)}`;
    const link = linkSections(device);
    const netdev = netdevSections(device);
    return [
      ...(link === undefined ? [] : [{ name: `${name}.link`, text: formatUnit(comment, link) }]),
      ...(netdev === undefined
        ? []
        : [{ name: `${name}.netdev`, text: formatUnit(comment, netdev) }]),
      { name: `${name}.network`, text: formatUnit(comment, networkSections(device, plan)) },
    ];
  });
}

/** Names of version 2 may hold anything. */
function fileNameOf({ id }: Device, index: number): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) ? id : `device${index}`;
}

function linkSections({ kind }: Device): Section[] | undefined {
  if (kind.type !== "ethernet" || kind.rename === undefined) return undefined;
  return [
    { name: "Match", lines: matchLines(kind.match, "MACAddress") },
    {
      name: "Link",
      lines: [
        ["Name", kind.rename],
        ["MACAddressPolicy", "none"],
      ],
    },
  ];
}

/**
 * `Type=ether` keeps VLANs and bonds out, which have the MAC address of their NIC. A member of a
 * bond takes the bond's address, so that it is known by its permanent one only.
 */
function matchLines(
  { macAddress, name, driver }: DeviceMatch,
  key: "MACAddress" | "PermanentMACAddress",
): Section["lines"] {
  const byMac =
    macAddress === undefined ? [] : [[key, macAddress] as const, ["Type", "ether"] as const];
  const isByName = macAddress === undefined;
  return [...byMac, optional("Name", isByName ? name : undefined), optional("Driver", driver)];
}

function netdevSections({ id, kind, macAddress }: Device): Section[] | undefined {
  if (kind.type === "ethernet") return undefined;
  const head = {
    name: "NetDev",
    lines: [["Name", id], ["Kind", kind.type], optional("MACAddress", macAddress)],
  } as const;
  if (kind.type === "vlan") return [head, { name: "VLAN", lines: [["Id", String(kind.vlanId)]] }];
  const { options } = kind;
  // By default networkd does not look at the links, and a bond would never leave a dead one.
  const watched = options["MIIMonitorSec"] ?? options["ARPIntervalSec"];
  const monitor = watched === undefined ? { MIIMonitorSec: "100ms" } : {};
  return [head, { name: "Bond", lines: Object.entries({ ...options, ...monitor }) }];
}

function networkSections(device: Device, { devices }: NetworkPlan): Section[] {
  const bond = devices.find(({ kind }) => kind.type === "bond" && kind.members.includes(device.id));
  const vlans = devices.filter(({ kind }) => kind.type === "vlan" && kind.link === device.id);
  return [
    { name: "Match", lines: ownMatch(device, bond !== undefined) },
    {
      name: "Link",
      lines: [
        optional("MTUBytes", device.mtu),
        optional("MACAddress", device.kind.type === "ethernet" ? device.macAddress : undefined),
      ],
    },
    {
      name: "Network",
      lines: [
        ...(bond === undefined ? addressLines(device) : memberLines(device, bond)),
        ...repeat(
          "VLAN",
          vlans.map(({ id }) => id),
        ),
        ...keepLines(device),
      ],
    },
    ...device.routes.map(routeSection),
    { name: "DHCPv4", lines: device.dhcp4 ? Object.entries(device.dhcp4Options) : [] },
    { name: "DHCPv6", lines: device.dhcp6 ? Object.entries(device.dhcp6Options) : [] },
  ];
}

function ownMatch({ id, kind }: Device, isMember: boolean): Section["lines"] {
  if (kind.type !== "ethernet") return [["Name", id]];
  return matchLines(kind.match, isMember ? "PermanentMACAddress" : "MACAddress");
}

function memberLines({ id }: Device, { id: bond, kind }: Device): Section["lines"] {
  const isPrimary = kind.type === "bond" && kind.primary === id;
  return [
    ["Bond", bond],
    optional("PrimarySlave", isPrimary ? true : undefined),
    ["LinkLocalAddressing", "no"],
  ];
}

function addressLines(device: Device): Section["lines"] {
  return [
    optional("DHCP", dhcpValue(device)),
    optional("IPv6AcceptRA", device.dhcp6 ? true : device.acceptRa),
    optional("LinkLocalAddressing", device.linkLocal && linkLocalValue(device.linkLocal)),
    ...repeat("Address", device.addresses.map(formatIpPrefix)),
    ...repeat("DNS", device.nameservers),
    optional("Domains", device.search.length === 0 ? undefined : device.search.join(" ")),
  ];
}

function dhcpValue({ dhcp4, dhcp6 }: Device): string | undefined {
  if (dhcp4 && dhcp6) return "yes";
  if (dhcp4) return "ipv4";
  return dhcp6 ? "ipv6" : undefined;
}

function linkLocalValue(families: readonly string[]): string {
  if (families.length === 2) return "yes";
  return families[0] ?? "no";
}

/**
 * What keeps networkd from flushing the virtual addresses that gatepair adds (systemd.network(5)).
 * On each start and reconfiguration it removes addresses that it does not know, except with
 * KeepConfiguration=. `static` would not do: it spares addresses without an end alone, while
 * gatepair's are leases of a few seconds, which networkd counts as dynamic. Seen with 257.13:
 * `static` removed them at a restart, `yes` did not (link_drop_unmanaged_addresses in
 * networkd-address.c). Its price is that a lease of DHCP stays when its server falls silent, which
 * a gateway wants.
 *
 * Static addresses do not wait for a cable, and stay without one: VRRP has its own eyes on the
 * link, and services that bind to the address start in any case.
 */
function keepLines({ addresses }: Device): Section["lines"] {
  const isStatic = addresses.length > 0;
  return [
    ["KeepConfiguration", "yes"],
    optional("ConfigureWithoutCarrier", isStatic ? true : undefined),
    optional("IgnoreCarrierLoss", isStatic ? true : undefined),
  ];
}

function routeSection(route: Route): Section {
  const { destination, gateway, metric, table, source, onLink } = route;
  return {
    name: "Route",
    lines: [
      optional("Destination", destination && formatIpPrefix(destination)),
      optional("Gateway", gateway),
      optional("GatewayOnLink", onLink),
      optional("Metric", metric),
      optional("Table", table),
      optional("PreferredSource", source),
    ],
  };
}
