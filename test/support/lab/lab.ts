import { mkdirSync } from "node:fs";
import { projectDirectory, type Host } from "./host.ts";
import { hostNames, labDirectory, nextLabId } from "./names.ts";
import { closeAtExit, forgetLab } from "./open-labs.ts";
import { makeHost, makeSwitch, removeHosts } from "./site.ts";
import { sweepDeadLabs } from "./sweep.ts";

export interface LabOptions {
  /** Gives every host an eth1 on a second switch. */
  readonly secondNetwork?: boolean;
  /** Gives every host IPv6 addresses that are easy to know. */
  readonly ipv6?: boolean;
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

/** Builds a lab. Needs root; takes a fraction of a second. */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  if (process.getuid?.() !== 0) throw new Error("the lab makes network namespaces: run it as root");
  sweepDeadLabs();
  const id = nextLabId();
  const { secondNetwork = false, ipv6 = false } = options;
  const site = { id, directory: labDirectory(id), secondNetwork, ipv6 };
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
      if (forgetLab(lab)) removeHosts([gw1, gw2, client, lab.switch], site.directory);
    },
  };
  closeAtExit(lab);
  await lab.switch.boot();
  await Promise.all([gw1.boot(), gw2.boot(), client.boot()]);
  return lab;
}

export { projectDirectory };
