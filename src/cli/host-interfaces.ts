import { readdir } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import type { NetworkInterfaceInfo } from "node:os";

import { parseIpAddress } from "#base/ip-address.ts";
import type { AddressPrefix } from "#base/ip-address.ts";
import type { HostInterface } from "#config/rules/host-rules.ts";

/** The interfaces of this host with their addresses, for one look; the daemon has netlink. */
export async function readHostInterfaces(): Promise<HostInterface[]> {
  const addresses = networkInterfaces();
  // networkInterfaces() leaves out what has no address; the kernel lists all names here (sysfs(5)).
  const names = await readdir("/sys/class/net").catch(() => Object.keys(addresses));
  return names.map((name) => ({ name, addresses: (addresses[name] ?? []).flatMap(toPrefix) }));
}

function toPrefix(info: NetworkInterfaceInfo): AddressPrefix[] {
  const [text = "", length] = info.cidr?.split("/") ?? [];
  const address = parseIpAddress(text);
  return address === undefined ? [] : [{ address, prefixLength: Number(length) }];
}
