import { readFile, readdir } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import type { NetworkInterfaceInfo } from "node:os";

import type { InterfaceFacts } from "./facts.ts";

/** All interfaces but the loopback, with the addresses that are worth a word on a screen. */
export async function readInterfaces(): Promise<InterfaceFacts[]> {
  const addresses = networkInterfaces();
  const names = await readdir("/sys/class/net").catch(() => Object.keys(addresses));
  const wanted = names.filter((name) => name !== "lo" && name !== "bonding_masters").sort();
  return Promise.all(
    wanted.map(async (name) => ({
      name,
      carrier: await readCarrier(name),
      addresses: (addresses[name] ?? []).filter(isShown).flatMap(({ cidr }) => cidr ?? []),
    })),
  );
}

/** Link-local addresses are on each interface, and nobody types them. */
function isShown({ family, address }: NetworkInterfaceInfo): boolean {
  return family === "IPv4" || !address.startsWith("fe80:");
}

/** The kernel answers EINVAL for an interface that is down (sysfs-class-net). */
async function readCarrier(name: string): Promise<boolean | undefined> {
  return readFile(`/sys/class/net/${name}/carrier`, "utf8").then(
    (text) => text.trim() === "1",
    () => undefined,
  );
}
