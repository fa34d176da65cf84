import type { Path } from "#config/issue.ts";

import type { IpPrefix } from "./ip-text.ts";

/** The network as a configuration wants it, whichever version it was written in. */
export interface NetworkPlan {
  readonly devices: readonly Device[];
}

export interface Device {
  /** How the document calls it; other parts of the document refer to it by this. */
  readonly id: string;
  /** Where it stands in the document. */
  readonly path: Path;
  readonly kind: DeviceKind;
  readonly dhcp4: boolean;
  readonly dhcp6: boolean;
  readonly acceptRa?: boolean;
  readonly linkLocal?: readonly ("ipv4" | "ipv6")[];
  readonly addresses: readonly IpPrefix[];
  readonly routes: readonly Route[];
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly mtu?: number;
  /** Of a bond or a VLAN: instead of the one that it would take from the NIC. */
  readonly macAddress?: string;
  readonly dhcp4Options: DhcpOptions;
  readonly dhcp6Options: DhcpOptions;
}

export type DeviceKind =
  | { readonly type: "ethernet"; readonly match: DeviceMatch; readonly rename?: string }
  | {
      readonly type: "bond";
      readonly members: readonly string[];
      readonly primary?: string;
      readonly options: BondOptions;
    }
  | { readonly type: "vlan"; readonly link: string; readonly vlanId: number };

/** How a NIC is found: by its MAC address where one is given, by name otherwise. */
export interface DeviceMatch {
  readonly macAddress?: string;
  /** May hold the wildcards * and ?. */
  readonly name?: string;
  readonly driver?: string;
}

export interface Route {
  /** Nothing for the default route. */
  readonly destination?: IpPrefix;
  readonly gateway?: string;
  readonly metric?: number;
  readonly table?: number;
  readonly onLink?: boolean;
  readonly source?: string;
}

/** Keys and values of the section [Bond] of systemd.netdev(5). */
export type BondOptions = Readonly<Record<string, string>>;

/** Keys and values of the sections [DHCPv4] and [DHCPv6] of systemd.network(5). */
export type DhcpOptions = Readonly<Record<string, string>>;

/** What most devices have: nothing but being there. */
export const plainDevice = {
  dhcp4: false,
  dhcp6: false,
  addresses: [],
  routes: [],
  nameservers: [],
  search: [],
  dhcp4Options: {},
  dhcp6Options: {},
} as const;

/** What the interface will be called, as far as the document says it. */
export function interfaceNameOf({ id, kind }: Device): string | undefined {
  if (kind.type !== "ethernet") return id;
  const { rename, match } = kind;
  const isPattern = match.name !== undefined && /[*?]/.test(match.name);
  return rename ?? (isPattern ? undefined : match.name);
}
