import { vrrpGroup4 } from "#vrrp/constants.ts";
import { frrMacAddress, startFrr } from "../support/lab/frr.ts";
import { startGatepair } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import { macAddressFor, ownAddresses } from "../support/lab/names.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import { intervalOf, type Row } from "./rows.ts";

export type Program = "gatepair" | "peer";
export type HostRole = "gw1" | "gw2";

/** gw1 is always the one that should be Active. */
export const priorities: Readonly<Record<HostRole, number>> = { gw1: 200, gw2: 100 };

/** A VRRP router that runs on a host of the lab. */
export interface Side {
  /** Ends it in order, so that it can say goodbye. */
  stop(): Promise<unknown>;
}

/** The MAC address at which clients find the virtual address while this side is Active. */
export function macAddressOf(row: Row, program: Program, host: HostRole): string {
  if (program === "peer" && row.peer === "FRR vrrpd") return frrMacAddress;
  return macAddressFor(ownAddresses[host]);
}

/** Where its Advertisements go: to the group, or to the other of the two. */
export function destinationOf(row: Row, host: HostRole): string {
  if (row.transport === "multicast") return vrrpGroup4;
  return ownAddresses[host === "gw1" ? "gw2" : "gw1"];
}

function startOurs(host: Host, row: Row, priority: number): Promise<Side> {
  const key = row.password === undefined ? {} : { key: row.password };
  const interval = `${intervalOf(row)}ms`;
  const peer = destinationOf(row, host.name as HostRole);
  const router = row.transport === "unicast" ? { unicast_peers: [peer] } : {};
  return startGatepair(host, { version: row.version, priority, interval, ...key, router });
}

async function startTheirs(host: Host, row: Row, priority: number): Promise<Side> {
  await startNginx(host);
  const common = { version: row.version, priority, interval: intervalOf(row) };
  if (row.peer === "FRR vrrpd") return startFrr(host, common);
  const role = host.name as HostRole;
  const password = row.password === undefined ? {} : { password: row.password };
  const pair = { source: ownAddresses[role], peer: destinationOf(row, role) };
  const unicast = row.transport === "unicast" ? { unicast: pair } : {};
  return startKeepalived(host, { ...common, ...password, ...unicast });
}

/** Starts one side of a row on a host that has just booted, with its page behind it. */
export function startSide(host: Host, row: Row, program: Program): Promise<Side> {
  installNginx(host);
  const priority = priorities[host.name as HostRole];
  return program === "gatepair" ? startOurs(host, row, priority) : startTheirs(host, row, priority);
}
