import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import { decodeArp } from "#vrrp/arp.ts";

/** A client's ARP cache: whom it would send to, by what it was told last. */
export class Client {
  readonly #cache = new Map<IpAddress, MacAddress>();

  hear(frame: Uint8Array): void {
    const message = decodeArp(frame);
    if (message === undefined || message.senderAddress === "0.0.0.0") return;
    this.#cache.set(message.senderAddress, message.senderMac);
  }

  lookUp(address: IpAddress): MacAddress | undefined {
    return this.#cache.get(address);
  }
}
