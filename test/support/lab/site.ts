import { rmSync } from "node:fs";
import { join } from "node:path";
import { Host } from "./host.ts";
import { globalAddresses, linkLocalAddresses, ownAddresses, secondAddresses } from "./names.ts";
import type { HostName } from "./names.ts";
import { addBridge, ip, removeNamespace, type Cable } from "./network.ts";

/** Where the hosts of a lab are made. */
export interface Site {
  readonly id: string;
  readonly directory: string;
  readonly secondNetwork: boolean;
  readonly ipv6: boolean;
}

export function namespaceOf(site: Pick<Site, "id">, name: string): string {
  return `${site.id}-${name}`;
}

function cablesOf(site: Site, name: HostName): Cable[] {
  const netns = namespaceOf(site, name);
  const switchNetns = namespaceOf(site, "switch");
  const ipv6 = [`${linkLocalAddresses[name]}/64`, `${globalAddresses[name]}/64`];
  const first = {
    bridge: "br0",
    port: name,
    interface: "eth0",
    address: ownAddresses[name],
    addresses6: site.ipv6 ? ipv6 : [],
  };
  const second = {
    bridge: "br1",
    port: `${name}-1`,
    interface: "eth1",
    address: secondAddresses[name],
    addresses6: [],
  };
  const plugs = site.secondNetwork ? [first, second] : [first];
  return plugs.map((plug) => Object.assign(plug, { switchNetns, netns }));
}

export function makeHost(site: Site, name: HostName): Host {
  const netns = namespaceOf(site, name);
  const gateway = ownAddresses.client;
  const configureNetwork = (): void => {
    if (name !== "client") ip("-n", netns, "route", "add", "default", "via", gateway);
  };
  const directory = join(site.directory, name);
  return new Host({ name, netns, directory, cables: cablesOf(site, name), configureNetwork });
}

export function makeSwitch(site: Site): Host {
  const netns = namespaceOf(site, "switch");
  const configureNetwork = (): void => {
    for (const bridge of site.secondNetwork ? ["br0", "br1"] : ["br0"]) addBridge(netns, bridge);
  };
  const directory = join(site.directory, "switch");
  return new Host({ name: "switch", netns, directory, cables: [], configureNetwork });
}

export function removeHosts(hosts: readonly Host[], directory: string): void {
  for (const host of hosts) host.powerOff();
  for (const host of hosts) {
    try {
      removeNamespace(host.netns);
    } catch {
      // It was never made: the lab failed on its way up.
    }
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
