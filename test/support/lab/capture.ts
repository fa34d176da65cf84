import { join } from "node:path";
import { type ChecksumForm, readFields } from "../tshark.ts";
import type { Host } from "./host.ts";
import { monotonicNow, sleep, until } from "./time.ts";

/** An Advertisement as it was on the wire. */
export interface CapturedAdvertisement {
  /** CLOCK_MONOTONIC in milliseconds, as monotonicNow gives it. */
  readonly at: number;
  readonly sourceMac: string;
  readonly source: string;
  readonly destination: string;
  readonly timeToLive: number;
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly addresses: string[];
  readonly checksumGood: boolean;
  /** What tshark warns of in it, if anything. */
  readonly warning: string;
}

export interface CapturedArp {
  readonly at: number;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly operation: "request" | "reply";
  readonly senderMac: string;
  readonly sender: string;
  readonly target: string;
}

/** A Neighbor Solicitation or Advertisement. */
export interface CapturedNeighbor {
  readonly at: number;
  readonly type: "solicitation" | "advertisement";
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  readonly target: string;
  /** "R", "S" and "O", as far as they are set. */
  readonly flags: string;
  readonly linkLayerAddress: string;
}

export interface Captured {
  readonly advertisements: CapturedAdvertisement[];
  readonly arps: CapturedArp[];
  readonly neighbors: CapturedNeighbor[];
}

export interface Capture {
  /** The file, once the capture has ended. */
  readonly file: string;
  /** Ends the capture and decodes it with tshark, which is nobody's code under test. */
  finish(checksum?: ChecksumForm): Promise<Captured>;
}

const fields = [
  "frame.time_epoch",
  "eth.src",
  "eth.dst",
  "ip.src",
  "ip.dst",
  "ip.ttl",
  "ipv6.src",
  "ipv6.dst",
  "ipv6.hlim",
  "vrrp.version",
  "vrrp.virt_rtr_id",
  "vrrp.prio",
  "vrrp.adver_int",
  "vrrp.short_adver_int",
  "vrrp.ip_addr",
  "vrrp.ipv6_addr",
  "vrrp.checksum.status",
  "_ws.expert.message",
  "arp.opcode",
  "arp.src.hw_mac",
  "arp.src.proto_ipv4",
  "arp.dst.proto_ipv4",
  "icmpv6.type",
  "icmpv6.nd.na.target_address",
  "icmpv6.nd.ns.target_address",
  "icmpv6.nd.na.flag.r",
  "icmpv6.nd.na.flag.s",
  "icmpv6.nd.na.flag.o",
  "icmpv6.opt.linkaddr",
] as const;

type Row = Readonly<Record<(typeof fields)[number], string>>;

/** tshark's word for a checksum that holds. */
const goodChecksum = "1";

function monotonicTime(row: Row): number {
  return Number(row["frame.time_epoch"]) * 1000 - (Date.now() - monotonicNow());
}

function readAdvertisement(row: Row): CapturedAdvertisement {
  const seconds = Number(row["vrrp.adver_int"]);
  const centiseconds = Number(row["vrrp.short_adver_int"]);
  return {
    at: monotonicTime(row),
    sourceMac: row["eth.src"],
    source: row["ip.src"] || row["ipv6.src"],
    destination: row["ip.dst"] || row["ipv6.dst"],
    timeToLive: Number(row["ip.ttl"] || row["ipv6.hlim"]),
    version: Number(row["vrrp.version"]),
    vrid: Number(row["vrrp.virt_rtr_id"]),
    priority: Number(row["vrrp.prio"]),
    interval: row["vrrp.short_adver_int"] === "" ? seconds * 1000 : centiseconds * 10,
    addresses: (row["vrrp.ip_addr"] || row["vrrp.ipv6_addr"]).split(",").filter(Boolean),
    checksumGood: row["vrrp.checksum.status"] === goodChecksum,
    warning: row["_ws.expert.message"],
  };
}

function readArp(row: Row): CapturedArp {
  return {
    at: monotonicTime(row),
    sourceMac: row["eth.src"],
    destinationMac: row["eth.dst"],
    operation: row["arp.opcode"] === "1" ? "request" : "reply",
    senderMac: row["arp.src.hw_mac"],
    sender: row["arp.src.proto_ipv4"],
    target: row["arp.dst.proto_ipv4"],
  };
}

function readNeighbor(row: Row): CapturedNeighbor {
  const flags = (["r", "s", "o"] as const).filter(
    (flag) => row[`icmpv6.nd.na.flag.${flag}`] === "1",
  );
  return {
    at: monotonicTime(row),
    type: row["icmpv6.type"] === "136" ? "advertisement" : "solicitation",
    sourceMac: row["eth.src"],
    destinationMac: row["eth.dst"],
    source: row["ipv6.src"],
    destination: row["ipv6.dst"],
    hopLimit: Number(row["ipv6.hlim"]),
    target: row["icmpv6.nd.na.target_address"] || row["icmpv6.nd.ns.target_address"],
    flags: flags.join("").toUpperCase(),
    linkLayerAddress: row["icmpv6.opt.linkaddr"],
  };
}

/** What was captured; a checksum is good where it has this form. */
export async function decodeCapture(file: string, checksum?: ChecksumForm): Promise<Captured> {
  const rows = await readFields(file, fields, [], checksum);
  return {
    advertisements: rows.filter((row) => row["vrrp.version"] !== "").map(readAdvertisement),
    arps: rows.filter((row) => row["arp.opcode"] !== "").map(readArp),
    neighbors: rows.filter((row) => row["icmpv6.type"] !== "").map(readNeighbor),
  };
}

let captureCount = 0;

export interface CaptureOptions {
  readonly bridge?: string;
  /** What is recorded: pcap-filter(7). */
  readonly filter?: string;
}

/** What happens where addresses move; ICMPv6 types 135 and 136 are Neighbor Discovery's. */
const everything =
  "ip proto 112 or arp or ip6 proto 112 or (icmp6 and (ip6[40] == 135 or ip6[40] == 136))";

/** Records VRRP, ARP and Neighbor Discovery on the switch, where everything passes. */
export async function startCapture(
  labSwitch: Host,
  { bridge = "br0", filter = everything }: CaptureOptions = {},
): Promise<Capture> {
  const name = `capture-${(captureCount += 1)}`;
  const inside = `/run/${name}.pcap`;
  const options = ["-i", bridge, "-U", "--immediate-mode", "-Z", "root", "-w", inside];
  const tcpdump = await labSwitch.start(["tcpdump", ...options, filter], name);
  await until({ what: "tcpdump listening", limit: 15_000 }, () =>
    tcpdump.log().includes("listening"),
  );
  const file = join(labSwitch.logs, `${name}.pcap`);
  return {
    file,
    async finish(checksum) {
      await sleep(50); // what was just sent is on its way through the capture's buffer
      await tcpdump.stop("SIGINT");
      labSwitch.copyOut(inside, file);
      return decodeCapture(file, checksum);
    },
  };
}

/** The port of the switch at which it has seen a MAC address last; a host's is called after it. */
export async function portOf(labSwitch: Host, mac: string): Promise<string | undefined> {
  const text = await labSwitch.must(["bridge", "-json", "fdb", "show", "br", "br0"]);
  const entries = JSON.parse(text) as { mac: string; ifname: string }[];
  return entries.find((entry) => entry.mac === mac)?.ifname;
}

/** The MAC address that a host's neighbour table holds for an address, if any. */
export async function neighbourOf(host: Host, address: string): Promise<string | undefined> {
  const text = await host.must(["ip", "-j", "neighbour", "show", "to", address]);
  const entries = JSON.parse(text === "" ? "[]" : text) as { lladdr?: string }[];
  return entries[0]?.lladdr;
}
