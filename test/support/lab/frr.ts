import type { Host } from "./host.ts";
import type { RunningProcess } from "./inside.ts";
import { until } from "./time.ts";

/** What differs between the configurations of FRR's vrrpd in the lab. */
export interface FrrOptions {
  readonly family: "IPv4" | "IPv6";
  readonly version: 2 | 3;
  readonly priority: number;
  /** Advertisement interval in milliseconds: whole seconds in version 2, steps of 10 ms in 3. */
  readonly interval: number;
  readonly addresses: readonly string[];
  /** The checksum of version 3 over IPv4 as in RFC 9568; version 8.4 does not know the keyword. */
  readonly messageOnlyChecksum?: boolean;
}

/** FRR at work: zebra, which looks after interfaces, and vrrpd. */
export interface Frr {
  /** Ends vrrpd in order, then zebra. */
  stop(): Promise<void>;
}

const vrid = 51;
export const frrPrograms = "/usr/lib/frr"; // they are in nobody's path
const configDirectory = "/etc/frr";
const runDirectory = "/run/frr";
const zebraSocket = `${runDirectory}/zserv.api`;

/** RFC 9568, 7.3. */
const macAddresses = {
  IPv4: `00:00:5e:00:01:${vrid.toString(16)}`,
  IPv6: `00:00:5e:00:02:${vrid.toString(16)}`,
} as const;

/** From where it advertises over IPv6: the macvlan's own address, not made of the MAC address. */
export const frrLinkLocal = "fe80::f88";

const macvlan = `vrrp-${vrid}`;

export function frrConfig(options: FrrOptions): string {
  const keyword = options.family === "IPv4" ? "ip" : "ipv6";
  const addresses = options.addresses.map((address) => ` vrrp ${vrid} ${keyword} ${address}\n`);
  const checksum = ` no vrrp ${vrid} checksum-with-ipv4-pseudoheader\n`;
  return `interface eth0
 vrrp ${vrid} version ${options.version}
 vrrp ${vrid} priority ${options.priority}
 vrrp ${vrid} advertisement-interval ${options.interval}
${options.messageOnlyChecksum === true ? checksum : ""}${addresses.join("")}`;
}

/**
 * vrrpd makes no interface itself: it looks for a macvlan with the virtual MAC address, which has
 * the virtual addresses always, and takes it down and up (protodown).
 */
async function addMacvlan(host: Host, { family, addresses }: FrrOptions): Promise<void> {
  const kind = ["type", "macvlan", "mode", "bridge"];
  await host.must(["ip", "link", "add", macvlan, "link", "eth0", ...kind]);
  await host.must(["ip", "link", "set", macvlan, "addrgenmode", "none"]);
  await host.must(["ip", "link", "set", macvlan, "address", macAddresses[family]]);
  for (const address of addresses) await addAddress(host, address, family === "IPv4" ? 32 : 128);
  if (family === "IPv6") await addAddress(host, frrLinkLocal, 64);
  // The other interface must not answer for the address, and may send what answers for it.
  const arp = ["net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2"];
  const filter = ["all", "eth0", macvlan].map((name) => `net.ipv4.conf.${name}.rp_filter=0`);
  await host.must(["sysctl", "-qw", ...arp, ...filter]);
}

async function addAddress(host: Host, address: string, prefixLength: number): Promise<void> {
  const noDad = address.includes(":") ? ["nodad"] : [];
  const text = `${address}/${prefixLength}`;
  await host.must(["ip", "address", "add", text, "dev", macvlan, ...noDad]);
}

function startProgram(host: Host, name: "zebra" | "vrrpd"): Promise<RunningProcess> {
  const config = ["--config_file", `${configDirectory}/${name}.conf`];
  const run = ["--pid_file", `${runDirectory}/${name}.pid`, "--vty_socket", runDirectory];
  const zebra = ["--socket", zebraSocket];
  const noTelnet = ["--vty_port", "0"];
  const argv = [`${frrPrograms}/${name}`, ...config, ...run, ...zebra, ...noTelnet];
  return host.start([...argv, "--log", "stdout"], name);
}

export async function startFrr(host: Host, options: FrrOptions): Promise<Frr> {
  await addMacvlan(host, options);
  await host.must(["install", "-d", "-o", "frr", "-g", "frr", runDirectory]);
  host.writeFile(`${configDirectory}/zebra.conf`, "");
  host.writeFile(`${configDirectory}/vrrpd.conf`, frrConfig(options));
  const zebra = await startProgram(host, "zebra");
  // vrrpd that does not find it at once tries again after 10 s only.
  const find = ["test", "-S", zebraSocket];
  await until({ what: zebraSocket, limit: 15_000 }, async () => (await host.run(find)).code === 0);
  const vrrpd = await startProgram(host, "vrrpd");
  // Not before: up, and without a vrrpd that takes it down again, it answers for the addresses.
  await host.must(["ip", "link", "set", macvlan, "up"]);
  return {
    async stop() {
      await vrrpd.stop();
      await zebra.stop();
    },
  };
}
