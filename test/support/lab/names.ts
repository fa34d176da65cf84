import { readdirSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The addresses of the reference scenario; every lab is an island, so all labs share them. */
export const virtualAddress = "172.16.178.137";
export const hostNames = ["gw1", "gw2", "client"] as const;
export type HostName = (typeof hostNames)[number];

export const ownAddresses: Readonly<Record<HostName, string>> = {
  gw1: "172.16.178.138",
  gw2: "172.16.178.136",
  client: "172.16.178.1",
};

/** Of IPv6, where a lab has it: first the link-local one (RFC 9568, 5.2.9), then that of the clients. */
export const virtualAddresses6 = ["fe80::33", "2001:db8:178::137"] as const;

/** What the hosts send Advertisements from. */
export const linkLocalAddresses: Readonly<Record<HostName, string>> = {
  gw1: "fe80::138",
  gw2: "fe80::136",
  client: "fe80::1",
};

export const globalAddresses: Readonly<Record<HostName, string>> = {
  gw1: "2001:db8:178::138",
  gw2: "2001:db8:178::136",
  client: "2001:db8:178::1",
};

/** Addresses on the second network (eth1), where a lab has one. */
export const secondAddresses: Readonly<Record<HostName, string>> = {
  gw1: "192.168.77.138",
  gw2: "192.168.77.136",
  client: "192.168.77.1",
};

/** A locally administered MAC address that spells the IPv4 address: easy to know in a capture. */
export function macAddressFor(address: string): string {
  const hex = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return ["02", "00", ...hex].join(":");
}

/** Owner pid and a running number: what is left of a killed run is known by its dead owner. */
export function nextLabId(): string {
  return `gplab-${process.pid}-${(labCount += 1)}`;
}

let labCount = 0;

/** The lab that a namespace, directory or mount belongs to, and the process that made it. */
export function parseLabId(text: string): { id: string; owner: number } | undefined {
  const match = /gplab-(\d+)-\d+/.exec(text);
  return match ? { id: match[0], owner: Number(match[1]) } : undefined;
}

export const netnsDirectory = "/run/netns";

/** f_type of statfs(2). */
const overlayfs = 0x794c7630;

/**
 * Where the disks of the hosts are. Overlays do not stack: where /tmp is on one already, as in a
 * container, they are in memory.
 */
export function labsDirectory(): string {
  return statfsSync(tmpdir()).type === overlayfs ? "/dev/shm" : tmpdir();
}

export function labDirectory(id: string): string {
  return join(labsDirectory(), id);
}

/** Where virtual machines are: below the project, because the image builder sees nothing else. */
export const machinesDirectory = fileURLToPath(new URL("../../../build/vm", import.meta.url));

export function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
