import * as z from "zod";

import { choice, list, section, text } from "#config/schema/fields.ts";

import { ignored, yesOrNo } from "../documents/fields.ts";
import {
  deviceName,
  hostPrefix,
  ipAddress,
  macAddress,
  metric,
  mtu,
  network,
  oneOrMore,
  searchDomain,
  vlanId,
} from "./fields.ts";

const netmask = () =>
  text("a netmask such as 255.255.255.0, or the length of a prefix", /^[0-9.]{1,15}$/);
const lengthOrMask = () =>
  z.union(
    [z.int().transform(String), netmask()],
    "a netmask such as 255.255.255.0, or the length of a prefix",
  );

const routeFields = {
  destination: network().optional(),
  network: network().optional(),
  netmask: lengthOrMask().optional(),
  gateway: ipAddress().optional(),
  metric: metric().optional(),
};

const subnetTypes = [
  "dhcp",
  "dhcp4",
  "dhcp6",
  "static",
  "static6",
  "ipv6_dhcpv6-stateful",
  "ipv6_dhcpv6-stateless",
  "ipv6_slaac",
  "manual",
] as const;

const subnetSchema = section({
  type: choice(...subnetTypes),
  address: z.union([hostPrefix(), ipAddress()], "an address such as 192.0.2.1/24").optional(),
  netmask: lengthOrMask().optional(),
  gateway: ipAddress().optional(),
  dns_nameservers: oneOrMore(ipAddress(), "a list of addresses").default([]),
  dns_search: oneOrMore(searchDomain(), "a list of domains").default([]),
  routes: list(section(routeFields), 0, 1000).default([]),
  metric: metric().optional(),
  control: ignored(),
  broadcast: ignored(),
  scope: ignored(),
  ipv4: ignored(),
  ipv6: ignored(),
});

const common = {
  name: deviceName(),
  subnets: list(subnetSchema, 0, 255).default([]),
  // Proxmox and MAAS write numbers in quotes.
  mtu: z
    .union(
      [mtu(), text("a number", /^\d{2,5}$/).transform(Number)],
      "a whole number from 68 to 65535",
    )
    .nullish(),
  "accept-ra": yesOrNo().optional(),
  keep_configuration: ignored(),
};

const bridgeAccepted =
  "physical, bond, vlan, nameserver, route or loopback; a gateway has no use for a bridge";

const itemSchema = z.discriminatedUnion(
  "type",
  [
    section({
      type: choice("physical"),
      ...common,
      mac_address: macAddress().nullish(),
      wakeonlan: ignored(),
    }),
    section({
      type: choice("bond"),
      ...common,
      mac_address: macAddress().nullish(),
      bond_interfaces: list(deviceName(), 1, 32),
      params: z
        .record(z.string(), z.unknown(), "a map such as bond-mode: active-backup")
        .default({}),
    }),
    section({
      type: choice("vlan"),
      ...common,
      mac_address: macAddress().nullish(),
      vlan_link: deviceName(),
      vlan_id: vlanId(),
    }),
    section({
      type: choice("nameserver"),
      address: oneOrMore(ipAddress(), "an address, or a list of them").default([]),
      search: oneOrMore(searchDomain(), "a domain, or a list of them").default([]),
      interface: deviceName().optional(),
    }),
    section({ type: choice("route"), id: ignored(), ...routeFields }),
    z.looseObject({ type: choice("loopback") }),
  ],
  bridgeAccepted,
);

export const version1Schema = section({
  version: choice(1),
  config: list(itemSchema, 0, 1000),
});

export type Version1 = z.output<typeof version1Schema>;
export type Item1 = Version1["config"][number];
export type Device1 = Extract<Item1, { readonly type: "physical" | "bond" | "vlan" }>;
export type Subnet1 = Device1["subnets"][number];
export type Route1 = Subnet1["routes"][number];
