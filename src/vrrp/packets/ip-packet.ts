import type { IpAddress, IpFamily } from "#base/ip-address.ts";

/** An IP packet of either version, as far as VRRP looks at it. */
export interface IpPacket {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Time to Live or Hop Limit, 0 to 255. */
  readonly ttl: number;
  /** Protocol number or Next Header, 0 to 255. */
  readonly protocol: number;
  readonly payload: Uint8Array;
}

/** By its version; of what is no IP packet some family. */
export function familyOfPacket([first = 0]: Uint8Array): IpFamily {
  return first >> 4 === 6 ? "ipv6" : "ipv4";
}

/** What was read, or why it cannot be. */
export type IpResult<Failure> =
  | { readonly ok: true; readonly packet: IpPacket }
  | { readonly ok: false; readonly failure: Failure };
