import { error, quote } from "#config/issue.ts";
import type { Finding } from "#config/issue.ts";
import { interfaceName } from "#config/schema/fields.ts";

import { containsAddress, formatIpPrefix, ipFamily } from "./ip-text.ts";
import { interfaceNameOf } from "./network-plan.ts";
import type { Device, NetworkPlan, Route } from "./network-plan.ts";

/** Rules that concern more than one key. */
export function checkPlan({ devices }: NetworkPlan): Finding[] {
  return [
    ...devices.flatMap((device) => checkKind(device, devices)),
    ...devices.flatMap(checkRoutes),
    ...findTwice(devices, "name", interfaceNameOf),
    ...findTwice(devices, "MAC address", macOf),
    ...devices.flatMap((device) => checkAddresses(device, devices)),
  ];
}

function macOf({ kind }: Device): string | undefined {
  return kind.type === "ethernet" ? kind.match.macAddress : undefined;
}

function checkKind(device: Device, devices: readonly Device[]): Finding[] {
  const { kind, path, id } = device;
  if (kind.type === "ethernet") {
    const lacksMac = kind.rename !== undefined && kind.match.macAddress === undefined;
    return lacksMac
      ? [error(path, "set-name wants match.macaddress, which says what to rename")]
      : [];
  }
  const wrongName = interfaceName().safeParse(id).success
    ? []
    : [error(path, `found ${quote(id)}; accepted: an interface name of 1 to 15 characters`)];
  return [
    ...wrongName,
    ...(kind.type === "bond" ? checkMembers(device, devices) : checkLink(device, devices)),
  ];
}

function checkMembers({ kind, path, id }: Device, devices: readonly Device[]): Finding[] {
  if (kind.type !== "bond") return [];
  const key = path.includes("bonds") ? "interfaces" : "bond_interfaces";
  const ofMembers = kind.members.flatMap((name, index): Finding[] => {
    const at = [...path, key, index];
    const member = devices.find((device) => device.id === name && device.kind.type === "ethernet");
    if (member === undefined) return [error(at, absent(name, devices))];
    const other = devices.find((each) => each.id !== id && isMember(each, name));
    if (other !== undefined)
      return [error(at, `${quote(name)} is a member of ${quote(other.id)} already`)];
    const isPlain = !member.dhcp4 && !member.dhcp6 && member.addresses.length === 0;
    return isPlain
      ? []
      : [error(at, `${quote(name)} has addresses of its own; they belong to the bond`)];
  });
  const isUnknown = kind.primary !== undefined && !kind.members.includes(kind.primary);
  return isUnknown
    ? [...ofMembers, error(path, "the primary is none of the bond's members")]
    : ofMembers;
}

function isMember({ kind }: Device, name: string): boolean {
  return kind.type === "bond" && kind.members.includes(name);
}

function checkLink({ kind, path }: Device, devices: readonly Device[]): Finding[] {
  if (kind.type !== "vlan") return [];
  const key = path.includes("vlans") ? "link" : "vlan_link";
  const link = devices.find((device) => device.id === kind.link && device.kind.type !== "vlan");
  return link === undefined ? [error([...path, key], absent(kind.link, devices))] : [];
}

function absent(name: string, devices: readonly Device[]): string {
  const known = devices.filter(({ kind }) => kind.type !== "vlan").map(({ id }) => id);
  const names = known.length === 0 ? "none" : known.join(", ");
  return `found ${quote(name)}, which is no device of this file; it has: ${names}`;
}

/** networkd would not set such a route; without it the box may be out of reach. */
function checkRoutes(device: Device): Finding[] {
  return device.routes
    .filter((route) => !isReachable(device, route))
    .map(({ gateway = "" }) => {
      const networks = device.addresses.map(formatIpPrefix).join(", ") || "no addresses";
      return error(device.path, `the gateway ${gateway} is in none of its networks (${networks})`);
    });
}

function isReachable(device: Device, { gateway, onLink }: Route): boolean {
  if (gateway === undefined || onLink === true) return true;
  const family = ipFamily(gateway);
  // Addresses and networks of DHCP and of router advertisements are not known here.
  const isDynamic = family === 4 ? device.dhcp4 : device.dhcp6 || device.acceptRa === true;
  const isLinkLocal = /^fe[89ab]/i.test(gateway);
  return (
    isDynamic || isLinkLocal || device.addresses.some((prefix) => containsAddress(prefix, gateway))
  );
}

function findTwice(
  devices: readonly Device[],
  what: string,
  valueOf: (device: Device) => string | undefined,
): Finding[] {
  return devices.flatMap((device, index): Finding[] => {
    const value = valueOf(device);
    const first = devices.findIndex((each) => value !== undefined && valueOf(each) === value);
    return first >= 0 && first < index
      ? [error(device.path, `found the ${what} ${quote(value ?? "")} twice; accepted: once`)]
      : [];
  });
}

function checkAddresses(device: Device, devices: readonly Device[]): Finding[] {
  return device.addresses.flatMap(({ address }): Finding[] => {
    const owner = devices.find((each) => each.addresses.some((other) => other.address === address));
    return owner === undefined || owner === device
      ? []
      : [error(device.path, `found the address ${address}, which ${quote(owner.id)} has as well`)];
  });
}
