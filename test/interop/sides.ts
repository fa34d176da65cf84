import { startFrr } from "../support/lab/frr.ts";
import { startGatepair } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import { startKeepalived } from "../support/lab/keepalived.ts";
import { installNginx, startNginx } from "../support/lab/nginx.ts";
import {
  destinationOf,
  sourceOf,
  virtualAddresses,
  type HostRole,
  type Program,
} from "./network.ts";
import { intervalOf, type Row } from "./rows.ts";

export const priorities: Readonly<Record<HostRole, number>> = { gw1: 200, gw2: 100 };

/** A VRRP router that runs on a host of the lab. */
export interface Side {
  /** Ends it in order, so that it can say goodbye. */
  stop(): Promise<unknown>;
}

function startOurs(host: Host, row: Row): Promise<Side> {
  const role = host.name as HostRole;
  const key = row.password === undefined ? {} : { key: row.password };
  const unicast = row.transport === "unicast" ? { unicast_peers: [destinationOf(row, role)] } : {};
  return startGatepair(host, {
    version: row.version,
    priority: priorities[role],
    interval: `${intervalOf(row)}ms`,
    ...key,
    router: {
      addresses: virtualAddresses[row.family],
      ...unicast,
      virtual_mac: row.virtualMac,
      checksum: row.checksum,
    },
  });
}

async function startTheirs(host: Host, row: Row): Promise<Side> {
  await startNginx(host);
  const role = host.name as HostRole;
  const common = {
    version: row.version,
    priority: priorities[role],
    interval: intervalOf(row),
    addresses: virtualAddresses[row.family],
    virtualMac: row.virtualMac,
    messageOnlyChecksum: row.checksum === "message_only",
  };
  if (row.peer === "FRR vrrpd") return startFrr(host, { ...common, family: row.family });
  const password = row.password === undefined ? {} : { password: row.password };
  const pair = { source: sourceOf(row, "peer", role), peer: destinationOf(row, role) };
  const unicast = row.transport === "unicast" ? { unicast: pair } : {};
  return startKeepalived(host, { ...common, ...password, ...unicast });
}

/** Starts one side of a row on a host that has just booted, with its page behind it. */
export function startSide(host: Host, row: Row, program: Program): Promise<Side> {
  installNginx(host, ["80", "[::]:80"]);
  return program === "gatepair" ? startOurs(host, row) : startTheirs(host, row);
}
