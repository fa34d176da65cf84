import { stringify } from "yaml";
import { configPath, daemonCommand } from "../support/lab/gatepair.ts";
import type { Host } from "../support/lab/host.ts";
import type { RunningProcess } from "../support/lab/inside.ts";
import { realTime, runKeepalived } from "../support/lab/keepalived.ts";
import { realTimeFlags, realTimePriority } from "./real-time.ts";
import type { ProductName } from "./products.ts";

/** Many Virtual Routers of one address each on one interface, and nothing beside them. */
export interface ManyRouters {
  /** 1 to 255. */
  readonly count: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly priority: number;
}

interface Member {
  readonly vrid: number;
  readonly address: string;
}

function membersOf({ count }: ManyRouters): Member[] {
  return Array.from({ length: count }, (_, index) => {
    return { vrid: index + 1, address: `10.51.0.${index + 1}` };
  });
}

function gatepairDocument(host: Host, many: ManyRouters): string {
  const routers = membersOf(many).map(({ vrid, address }) => ({
    name: `router-${vrid}`,
    vrid,
    interface: "eth0",
    priority: many.priority,
    advertisement_interval: `${many.interval}ms`,
    addresses: [address],
  }));
  return stringify({ version: 1, router_id: host.name, virtual_routers: routers });
}

const realTimeCommand = ["chrt", ...realTimeFlags, String(realTimePriority)];

const keepalivedGlobals = `global_defs {
${realTime(realTimePriority)}}
`;

function keepalivedInstance({ vrid, address }: Member, many: ManyRouters): string {
  return `vrrp_instance VI_${vrid} {
  version 3
  state BACKUP
  interface eth0
  virtual_router_id ${vrid}
  priority ${many.priority}
  advert_int ${many.interval / 1000}
  virtual_ipaddress {
    ${address}
  }
}
`;
}

/** The subnet of the addresses; `number` is the host's in it. */
export async function joinSubnet(host: Host, number: number): Promise<void> {
  await host.must(["ip", "address", "add", `10.51.255.${number}/16`, "dev", "eth0"]);
}

/** Starts the daemon of a product on a host, for all these Virtual Routers. */
export function startMany(
  product: ProductName,
  host: Host,
  many: ManyRouters,
): Promise<RunningProcess> {
  if (product === "keepalived") {
    const instances = membersOf(many).map((member) => keepalivedInstance(member, many));
    return runKeepalived(host, [keepalivedGlobals, ...instances].join(""), []);
  }
  host.writeFile(configPath, gatepairDocument(host, many), 0o600);
  return host.start([...realTimeCommand, ...daemonCommand()], "gatepair");
}

/** How many of the addresses are on the host. */
export async function countAddresses(host: Host): Promise<number> {
  const addresses = await host.addresses();
  return addresses.filter(({ address }) => address.startsWith("10.51.0.")).length;
}
