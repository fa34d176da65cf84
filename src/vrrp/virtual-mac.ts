import type { IpFamily } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";

/** The last but one byte of a virtual MAC address (RFC 9568, 7.3). */
const familyBytes = { ipv4: "01", ipv6: "02" } as const;

/** The MAC address of a Virtual Router: the same on every host that is Active for it. */
export function virtualMac(family: IpFamily, vrid: number): MacAddress {
  const last = vrid.toString(16).padStart(2, "0");
  return `00:00:5e:00:${familyBytes[family]}:${last}` as MacAddress;
}

/** The interface that carries a virtual MAC address. */
export interface VirtualLinkIdentity {
  readonly family: IpFamily;
  readonly name: string;
  readonly mac: MacAddress;
}

export function virtualLinkOf(family: IpFamily, vrid: number, parent: string): VirtualLinkIdentity {
  return { family, name: virtualLinkName(family, vrid, parent), mac: virtualMac(family, vrid) };
}

/** What Linux allows for the name of an interface (IFNAMSIZ, with the zero byte). */
const longestName = 15;

/**
 * The name of the interface that has the virtual MAC address: `gp4-51-eth0`. Of a long name of the
 * interface below, only the end is kept; `linkNamePattern` knows what comes out.
 */
export function virtualLinkName(family: IpFamily, vrid: number, parent: string): string {
  const start = `gp${family === "ipv4" ? 4 : 6}-${vrid}-`;
  return start + parent.slice(start.length - longestName);
}

const linkNamePattern = /^gp([46])-([1-9][0-9]{0,2})-/;

/** Whether an interface of this name and MAC address can only be one that Gatepair made. */
export function isVirtualLink(name: string, mac: MacAddress | undefined): boolean {
  const [, family, vrid] = linkNamePattern.exec(name) ?? [];
  if (vrid === undefined) return false;
  return mac === virtualMac(family === "4" ? "ipv4" : "ipv6", Number(vrid));
}
