import * as z from "zod";

import { choice, flag, list, section, text, wholeNumber } from "#config/schema/fields.ts";

import { ignored, refused } from "../documents/fields.ts";
import {
  deviceName,
  hostPrefix,
  ipAddress,
  macAddress,
  metric,
  mtu,
  network,
  searchDomain,
  vlanId,
} from "./fields.ts";

const routeSchema = section({
  to: z.union(
    [z.literal("default", "default"), network()],
    "default, or a network such as 192.0.2.0/24",
  ),
  via: ipAddress().optional(),
  from: ipAddress().optional(),
  metric: metric().optional(),
  table: wholeNumber(1, 4_294_967_295).optional(),
  "on-link": flag().default(false),
});

const overridesSchema = section({
  "route-metric": metric().optional(),
  "use-dns": flag().optional(),
  "use-domains": z.union([flag(), z.literal("route", "route")], "true, false or route").optional(),
  "use-hostname": flag().optional(),
  "use-mtu": flag().optional(),
  "use-ntp": flag().optional(),
  "use-routes": flag().optional(),
  "send-hostname": flag().optional(),
  hostname: text("a host name", /^[A-Za-z0-9.-]{1,253}$/).optional(),
});

/** What every kind of device may have. */
const common = {
  dhcp4: flag().default(false),
  dhcp6: flag().default(false),
  "dhcp4-overrides": overridesSchema.prefault({}),
  "dhcp6-overrides": overridesSchema.prefault({}),
  "dhcp-identifier": choice("mac", "duid").optional(),
  "accept-ra": flag().optional(),
  "link-local": list(choice("ipv4", "ipv6"), 0, 2).optional(),
  addresses: list(hostPrefix(), 0, 255).default([]),
  gateway4: ipAddress().optional(),
  gateway6: ipAddress().optional(),
  routes: list(routeSchema, 0, 1000).default([]),
  nameservers: section({
    addresses: list(ipAddress(), 0, 32).default([]),
    search: list(searchDomain(), 0, 32).default([]),
  }).prefault({}),
  mtu: mtu().optional(),
  macaddress: macAddress().optional(),
  critical: ignored(),
  optional: ignored(),
  "optional-addresses": ignored(),
  renderer: ignored(),
};

const ethernetSchema = section({
  ...common,
  match: section({
    macaddress: macAddress().optional(),
    name: text("an interface name, which may hold * and ?", /^[!-.0-9;-~]{1,32}$/).optional(),
    driver: text("the name of a driver", /^[A-Za-z0-9_*?-]{1,64}$/).optional(),
  }).optional(),
  "set-name": deviceName().optional(),
  wakeonlan: ignored(),
});

const bondSchema = section({
  ...common,
  interfaces: list(text("the name of a device above", /^/), 1, 32),
  parameters: z.record(z.string(), z.unknown(), "a map such as mode: active-backup").default({}),
});

const vlanSchema = section({
  ...common,
  id: vlanId(),
  link: text("the name of a device", /^/),
});

function devices<Schema extends z.ZodType>(schema: Schema) {
  return z.record(text("a name", /^/), schema, "a map of devices").default({});
}

export const version2Schema = section({
  version: choice(2),
  renderer: ignored(),
  ethernets: devices(ethernetSchema),
  bonds: devices(bondSchema),
  vlans: devices(vlanSchema),
  bridges: refused("ethernets, bonds and vlans; a gateway has no use for a bridge"),
  wifis: refused("ethernets, bonds and vlans; VRRP wants a wire"),
  tunnels: refused("ethernets, bonds and vlans"),
});

export type Version2 = z.output<typeof version2Schema>;
export type Device2 = Version2["ethernets"][string];
export type Common2 = Pick<Device2, keyof typeof common>;
export type Overrides2 = Common2["dhcp4-overrides"];
