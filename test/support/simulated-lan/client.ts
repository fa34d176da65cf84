import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { AddressClaim } from "#vrrp/packets/address-claim.ts";

/** A client's tables of ARP and neighbours: whom it would send to, by what it was told last. */
export class Client {
  readonly #cache = new Map<IpAddress, MacAddress>();

  /** A question whether an address is free claims the address of zeros, which nobody looks up. */
  hear({ address, mac }: AddressClaim): void {
    this.#cache.set(address, mac);
  }

  lookUp(address: IpAddress): MacAddress | undefined {
    return this.#cache.get(address);
  }
}
