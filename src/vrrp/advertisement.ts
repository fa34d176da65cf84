import type { IpAddress } from "#base/ip-address.ts";
import type { Milliseconds } from "#base/time.ts";

export type VrrpVersion = 2 | 3;

/** The authentication types of RFC 2338, 5.3.6; RFC 3768 keeps only "none". */
export type Authentication =
  | { readonly type: "none" }
  | { readonly type: "simple"; readonly key: string };

/**
 * One Advertisement, free of how it looks on the wire.
 *
 * Version 3 (RFC 9568, 5.1):
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+---------------+---------------+
 * |Version| Type  | Virtual Rtr ID|   Priority    |IPvX Addr Count|
 * +-------+-------+---------------+---------------+---------------+
 * |Reserve|  Max Advertise Int    |          Checksum             |
 * +-------+-----------------------+-------------------------------+
 * |                       IPvX Address(es)                        |
 * ```
 * Version 2 (RFC 3768, 5.1) has Auth Type and the interval in seconds where version 3 has the
 * 12-bit interval, and eight bytes of authentication data behind the addresses, always.
 */
export interface Advertisement {
  readonly version: VrrpVersion;
  /** 1 to 255. */
  readonly vrid: number;
  /** 0 (stops taking part), 1 to 254, 255 (owner of the addresses). */
  readonly priority: number;
  /** Version 3: 10 ms to 40.95 s in steps of 10 ms; version 2: 1 s to 255 s in whole seconds. */
  readonly interval: Milliseconds;
  /** At least one, in the order in which they are sent. */
  readonly addresses: readonly IpAddress[];
  /** Always "none" in version 3. */
  readonly authentication: Authentication;
}

/**
 * What the checksum of version 3 over IPv4 covers: RFC 9568, 5.2.8 says the message alone, but RFC
 * 5798 was read as "with the IPv4 pseudo-header", and that is what most others send.
 */
export type ChecksumCoverage = "with-pseudo-header" | "message-only";

/** Source and destination of the IP packet, which version 3's checksum may cover. */
export interface Endpoints {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}
