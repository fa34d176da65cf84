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
  /** Password of simple authentication, which version 2 has. */
  readonly password?: string;
}

const common = { family: "IPv4", transport: "multicast", virtualMac: false } as const;
const keepalived = { ...common, peer: "keepalived" } as const;
/** vrrpd has a virtual MAC address always. */
const frr = { ...common, peer: "FRR vrrpd" } as const;

/** Every combination that is played, each with Gatepair in both roles. */
export const rows: readonly Row[] = [
  { ...keepalived, version: 2 },
  { ...keepalived, version: 2, password: "1111" },
  { ...keepalived, version: 2, transport: "unicast" },
  { ...keepalived, version: 2, virtualMac: true },
  { ...keepalived, version: 3 },
  { ...keepalived, version: 3, transport: "unicast" },
  { ...keepalived, version: 3, virtualMac: true },
  { ...keepalived, version: 3, transport: "unicast", virtualMac: true },
  { ...keepalived, version: 3, family: "IPv6" },
  { ...keepalived, version: 3, family: "IPv6", transport: "unicast" },
  { ...keepalived, version: 3, family: "IPv6", virtualMac: true },
  { ...keepalived, version: 3, family: "IPv6", transport: "unicast", virtualMac: true },
  { ...frr, version: 2 },
  { ...frr, version: 2, virtualMac: true },
  { ...frr, version: 3 },
  { ...frr, version: 3, virtualMac: true },
  { ...frr, version: 3, family: "IPv6" },
  { ...frr, version: 3, family: "IPv6", virtualMac: true },
];

/** The Advertisement_Interval of a row, in milliseconds: version 2 knows whole seconds only. */
export function intervalOf(row: Row): number {
  // Not shorter: the rows run beside each other, and a side that stands still for two intervals
  // rightly loses its role.
  return row.version === 2 ? 1000 : 300;
}

export function describeRow(row: Row): string {
  const { peer, version, family, transport } = row;
  const password = row.password === undefined ? "" : ", with a password";
  const mac = row.virtualMac ? ", virtual MAC" : "";
  return `${peer}, version ${version}, ${family}, ${transport}${password}${mac}`;
}
