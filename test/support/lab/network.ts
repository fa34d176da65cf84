import { execFileSync } from "node:child_process";
import { macAddressFor } from "./names.ts";

/** Runs one command of ip(8) now; throws with what it said. Plumbing only: it blocks for a few ms. */
export function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** No router or duplicate-address probes: they would only add noise to captures and delays. */
const quietIpv6Sysctls = [
  "net.ipv6.conf.all.accept_ra=0",
  "net.ipv6.conf.default.accept_ra=0",
  "net.ipv6.conf.default.router_solicitations=0",
  "net.ipv6.conf.default.dad_transmits=0",
  "net.ipv6.conf.default.accept_dad=0",
];

export function addNamespace(netns: string): void {
  ip("netns", "add", netns);
  ip("netns", "exec", netns, "sysctl", "-qw", ...quietIpv6Sysctls);
  ip("-n", netns, "link", "set", "lo", "up");
}

export function removeNamespace(netns: string): void {
  ip("netns", "delete", netns);
}

/** A plain switch: no spanning tree, no multicast snooping, so every port hears every advert. */
export function addBridge(netns: string, bridge: string): void {
  ip("-n", netns, "link", "add", bridge, "type", "bridge", "stp_state", "0", "mcast_snooping", "0");
  ip("-n", netns, "link", "set", bridge, "up");
}

/** One cable from a host's interface to a port of a bridge. */
export interface Cable {
  readonly switchNetns: string;
  readonly bridge: string;
  readonly port: string;
  readonly netns: string;
  readonly interface: string;
  readonly address: string;
  /** Further addresses, with the lengths of their prefixes. */
  readonly addresses6: readonly string[];
}

export function plugIn(cable: Cable): void {
  const inSwitch = ["-n", cable.switchNetns, "link"];
  const inHost = ["-n", cable.netns];
  const mac = macAddressFor(cable.address);
  const peer = ["name", cable.interface, "address", mac, "netns", cable.netns];
  ip(...inSwitch, "add", cable.port, "type", "veth", "peer", ...peer);
  ip(...inSwitch, "set", cable.port, "master", cable.bridge, "up");
  ip(...inHost, "address", "add", `${cable.address}/24`, "dev", cable.interface);
  // The link-local address is one of ours, instead of one that is made of the MAC address.
  if (cable.addresses6.length > 0)
    ip(...inHost, "link", "set", cable.interface, "addrgenmode", "none");
  ip(...inHost, "link", "set", cable.interface, "up");
  for (const address of cable.addresses6) {
    ip(...inHost, "address", "add", address, "dev", cable.interface, "nodad");
  }
}

export function unplug(cable: Cable): void {
  ip("-n", cable.switchNetns, "link", "delete", cable.port);
}

/** Takes the switch's end up or down: the host sees its carrier come and go. */
export function setPort(cable: Cable, state: "up" | "down"): void {
  ip("-n", cable.switchNetns, "link", "set", cable.port, state);
}
