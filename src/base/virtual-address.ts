import type { AddressPrefix, IpAddress } from "./ip-address.ts";

/** The scopes of ip-address(8); of an IPv4 address alone. */
export const addressScopes = ["global", "site", "link", "host"] as const;
export type AddressScope = (typeof addressScopes)[number];

/** How an address is put on an interface, in the words of ip-address(8). */
export interface AddressAttributes {
  /** Another interface than that of its Virtual Router. */
  readonly interface?: string | undefined;
  /** Global if not given. */
  readonly scope?: AddressScope | undefined;
  readonly broadcast?: IpAddress | undefined;
  /** 1 to 15 characters. */
  readonly label?: string | undefined;
}

/** An address of a Virtual Router. */
export interface VirtualAddress extends AddressPrefix {
  readonly attributes?: AddressAttributes;
}
