/** Debian's dnsmasq on the client of a lab, for machines that have no address of their own. */
import type { Host } from "../lab/host.ts";
import { until } from "../lab/time.ts";

export interface Lease {
  readonly mac: string;
  readonly address: string;
  readonly hostname: string;
  /** Client identifier, RFC 2132, 9.14: what the machine says that it is. */
  readonly clientId: string;
}

export interface DhcpServer {
  leases(): Lease[];
  waitForLease(mac: string, limit: number): Promise<Lease>;
}

const leaseFile = "/run/dnsmasq.leases";

export async function startDhcpServer(client: Host): Promise<DhcpServer> {
  const options = [
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--log-facility=-",
    "--user=root",
    "--port=0", // no DNS
    "--interface=eth0",
    "--bind-interfaces",
    "--dhcp-authoritative",
    "--dhcp-range=172.16.178.50,172.16.178.60,1h",
    `--dhcp-leasefile=${leaseFile}`,
    "--pid-file=/run/dnsmasq.pid",
  ];
  const daemon = await client.start(["dnsmasq", ...options], "dnsmasq");
  await until({ what: "dnsmasq started", limit: 10_000 }, () => daemon.log().includes("started"));
  const leases = (): Lease[] =>
    client.readFile(leaseFile).split("\n").filter(Boolean).map(readLease);
  return {
    leases,
    waitForLease(mac, limit) {
      const what = `a DHCP lease for ${mac}`;
      return until({ what, limit, every: 500 }, () => leases().find((lease) => lease.mac === mac));
    },
  };
}

/** Expiry, MAC address, IP address, host name, client identifier: dnsmasq(8), --dhcp-leasefile. */
function readLease(line: string): Lease {
  const [, mac = "", address = "", hostname = "", clientId = ""] = line.split(" ");
  return { mac, address, hostname, clientId };
}
