import type { IpAddress } from "#base/ip-address.ts";

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

/** What was read, or why it cannot be. */
export type IpResult<Failure> =
  | { readonly ok: true; readonly packet: IpPacket }
  | { readonly ok: false; readonly failure: Failure };
