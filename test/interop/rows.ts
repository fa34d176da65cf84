import type { ChecksumForm } from "../support/tshark.ts";

/** Software that is not ours, as Debian packages it. */
export type Peer = "keepalived" | "FRR vrrpd";

/** One line of the matrix: what both sides speak. */
export interface Row {
  readonly peer: Peer;
  readonly version: 2 | 3;
  readonly family: "IPv4" | "IPv6";
  readonly transport: "multicast" | "unicast";
  /** On both sides, as far as they can be without: RFC 9568, 7.3. */
  readonly virtualMac: boolean;
  /** Of version 3 over IPv4, on both sides. */
  readonly checksum: ChecksumForm;
  /** The version of the peer in Debian 13, where that of Debian 12 cannot do it. */
  readonly since?: string;
  /** Password of simple authentication, which version 2 has. */
  readonly password?: string;
}

const common = {
  family: "IPv4",
  transport: "multicast",
  virtualMac: false,
  checksum: "with_pseudo_header",
} as const;
const keepalived = { ...common, peer: "keepalived" } as const;
/** vrrpd has a virtual MAC address always. */
const frr = { ...common, peer: "FRR vrrpd" } as const;

/**
 * keepalived 2.2.7 and FRR 8.4 count the pseudo-header in, have no keyword against it, and take what
 * is sent without it for damaged: beside Gatepair both would be Active.
 */
const messageOnly = { version: 3, checksum: "message_only" } as const;

/** Every combination that is played, each with Gatepair in both roles. */
export const rows: readonly Row[] = [
  { ...keepalived, version: 2 },
  { ...keepalived, version: 2, password: "1111" },
  { ...keepalived, version: 2, transport: "unicast" },
  { ...keepalived, version: 2, virtualMac: true },
  { ...keepalived, version: 3 },
  { ...keepalived, version: 3, transport: "unicast" },
  { ...keepalived, ...messageOnly, since: "2.3.3" },
  { ...keepalived, version: 3, virtualMac: true },
  { ...keepalived, version: 3, transport: "unicast", virtualMac: true },
  { ...keepalived, version: 3, family: "IPv6" },
  { ...keepalived, version: 3, family: "IPv6", transport: "unicast" },
  { ...keepalived, version: 3, family: "IPv6", virtualMac: true },
  { ...keepalived, version: 3, family: "IPv6", transport: "unicast", virtualMac: true },
  { ...frr, version: 2 },
  { ...frr, version: 2, virtualMac: true },
  { ...frr, version: 3 },
  { ...frr, ...messageOnly, since: "10.3" },
  { ...frr, version: 3, virtualMac: true },
  { ...frr, version: 3, family: "IPv6" },
  { ...frr, version: 3, family: "IPv6", virtualMac: true },
];

/** The Advertisement_Interval of a row, in milliseconds: version 2 knows whole seconds only. */
export function intervalOf(row: Row): number {
  // Not shorter: the rows run beside each other, and a side that stands still for two intervals
  // rightly loses its role.
  return row.version === 2 ? 1000 : 500;
}

export function describeRow(row: Row): string {
  const { peer, version, family, transport } = row;
  const password = row.password === undefined ? "" : ", with a password";
  const mac = row.virtualMac ? ", virtual MAC" : "";
  const checksum = row.checksum === "message_only" ? ", checksum of the message alone" : "";
  return `${peer}, version ${version}, ${family}, ${transport}${password}${mac}${checksum}`;
}
