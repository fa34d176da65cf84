import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Host, projectDirectory } from "./host.ts";
import { hostNames, labDirectory, makeLabId, ownAddresses, secondAddresses } from "./names.ts";
import type { HostName } from "./names.ts";
import { addBridge, ip, removeNamespace, type Cable } from "./network.ts";
import { sweepDeadLabs } from "./sweep.ts";

export interface LabOptions {
  /** Gives every host an eth1 on a second switch. */
  readonly secondNetwork?: boolean;
}

/** Two gateways, a client, and the switch between them; nothing of it touches the machine outside. */
export interface Lab {
  readonly id: string;
  readonly directory: string;
  readonly switch: Host;
  readonly gw1: Host;
  readonly gw2: Host;
  readonly client: Host;
  /** Removes everything; may be called twice. Also done when this process ends in any way. */
  close(): void;
}

let labCount = 0;
const openLabs = new Set<Lab>();
let guarded = false;

function closeAll(): void {
  for (const lab of openLabs) lab.close();
}

/** Removes the labs when this process is told to end, or ends by itself. */
function guardOnce(): void {
  if (guarded) return;
  guarded = true;
  process.on("exit", closeAll);
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    // A program that ends in its own order listens itself, and closes its labs by ending.
    if (process.listenerCount(signal) === 0) process.on(signal, () => process.exit(code));
  }
}

interface Site {
  readonly id: string;
  readonly directory: string;
  readonly secondNetwork: boolean;
}

function cablesOf(site: Site, name: HostName): Cable[] {
  const netns = `${site.id}-${name}`;
  const switchNetns = `${site.id}-switch`;
  const first = { bridge: "br0", port: name, interface: "eth0", address: ownAddresses[name] };
  const second = {
    bridge: "br1",
    port: `${name}-1`,
    interface: "eth1",
    address: secondAddresses[name],
  };
  const plugs = site.secondNetwork ? [first, second] : [first];
  return plugs.map((plug) => Object.assign(plug, { switchNetns, netns }));
}

function makeHost(site: Site, name: HostName): Host {
  const netns = `${site.id}-${name}`;
  const gateway = ownAddresses.client;
  const configureNetwork = (): void => {
    if (name !== "client") ip("-n", netns, "route", "add", "default", "via", gateway);
  };
  const directory = join(site.directory, name);
  return new Host({ name, netns, directory, cables: cablesOf(site, name), configureNetwork });
}

function makeSwitch(site: Site): Host {
  const netns = `${site.id}-switch`;
  const configureNetwork = (): void => {
    for (const bridge of site.secondNetwork ? ["br0", "br1"] : ["br0"]) addBridge(netns, bridge);
  };
  const directory = join(site.directory, "switch");
  return new Host({ name: "switch", netns, directory, cables: [], configureNetwork });
}

function removeEverything(hosts: readonly Host[], directory: string): void {
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

/** Builds a lab. Needs root; takes a fraction of a second. */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  if (process.getuid?.() !== 0) throw new Error("the lab makes network namespaces: run it as root");
  guardOnce();
  sweepDeadLabs();
  const id = makeLabId((labCount += 1));
  const site = { id, directory: labDirectory(id), secondNetwork: options.secondNetwork ?? false };
  mkdirSync(site.directory, { mode: 0o700 });
  const [gw1, gw2, client] = hostNames.map((name) => makeHost(site, name)) as [Host, Host, Host];
  const lab: Lab = {
    id,
    directory: site.directory,
    switch: makeSwitch(site),
    gw1,
    gw2,
    client,
    close(): void {
      if (openLabs.delete(lab)) removeEverything([gw1, gw2, client, lab.switch], site.directory);
    },
  };
  openLabs.add(lab);
  await lab.switch.boot();
  await Promise.all([gw1.boot(), gw2.boot(), client.boot()]);
  return lab;
}

export { projectDirectory };
