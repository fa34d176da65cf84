/** Software that is not ours, as Debian packages it. */
export type Peer = "keepalived" | "FRR vrrpd";

/** One line of the matrix: what both sides speak. */
export interface Row {
  readonly peer: Peer;
  readonly version: 2 | 3;
  readonly family: "IPv4" | "IPv6";
  readonly transport: "multicast" | "unicast";
  /** Password of simple authentication, which version 2 has. */
  readonly password?: string;
}

const common = { family: "IPv4", transport: "multicast" } as const;

/** Every combination that is played, each with Gatepair in both roles. */
export const rows: readonly Row[] = [
  { ...common, peer: "keepalived", version: 2 },
  { ...common, peer: "keepalived", version: 2, password: "1111" },
  { ...common, peer: "keepalived", version: 2, transport: "unicast" },
  { ...common, peer: "keepalived", version: 3 },
  { ...common, peer: "keepalived", version: 3, transport: "unicast" },
  { ...common, peer: "keepalived", version: 3, family: "IPv6" },
  { ...common, peer: "FRR vrrpd", version: 2 },
  { ...common, peer: "FRR vrrpd", version: 3 },
  { ...common, peer: "FRR vrrpd", version: 3, family: "IPv6" },
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
  return `${peer}, version ${version}, ${family}, ${transport}${password}`;
}
