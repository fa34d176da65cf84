import { parseIpAddress, type IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { InterfaceAddress, KernelMessage, Link, Route } from "#linux/netlink/types.ts";

export function ipAddress(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined) throw new Error(`${text} is no IP address`);
  return address;
}

export const eth0: Link = {
  index: 2,
  name: "eth0",
  up: true,
  carrier: true,
  mac: "02:00:00:00:00:01" as MacAddress,
  mtu: 1500,
  loopback: false,
  kind: "",
  parentIndex: undefined,
};

export const ownAddress: InterfaceAddress = {
  interfaceIndex: 2,
  address: ipAddress("192.0.2.1"),
  prefixLength: 24,
  scope: 0,
  flags: 0x80,
  label: "eth0",
  protocol: 0,
  validLifetime: undefined,
};

/** A lease of ours beside it. */
export const leasedAddress: InterfaceAddress = {
  ...ownAddress,
  address: ipAddress("192.0.2.100"),
  prefixLength: 32,
  flags: 0x200,
  protocol: 112,
  validLifetime: 3,
};

/** One of ours. */
export const defaultRoute: Route = {
  destination: { address: ipAddress("0.0.0.0"), prefixLength: 0 },
  gateway: ipAddress("192.0.2.254"),
  interfaceIndex: 2,
  table: 254,
  protocol: 112,
  metric: 0,
  typeOfService: 0,
};

export function linkMessage(link: Link, present = true): KernelMessage {
  return { type: "link", present, link };
}

export function addressMessage(address: InterfaceAddress, present = true): KernelMessage {
  return { type: "address", present, address };
}

export function routeMessage(route: Route, present = true): KernelMessage {
  return { type: "route", present, route, replaces: false };
}
