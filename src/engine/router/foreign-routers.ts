import type { IpAddress } from "#base/ip-address.ts";
import type { Instant } from "#base/time.ts";

/** A Virtual Router that is none of ours, heard on one of our interfaces. */
export interface ForeignRouter {
  readonly interfaceName: string;
  /** 0 to 255: what is on the wire, whether it may be or not. */
  readonly vrid: number;
  /** Who advertised it last. */
  address: IpAddress;
  heardAt: Instant;
  /** Advertisements since the start. */
  count: number;
}

/**
 * Which VRIDs others use on our LANs: nobody's fault, but good to know before one is chosen. There
 * are at most 256 on each of our interfaces, whatever the network sends.
 */
export class ForeignRouters {
  readonly #routers = new Map<string, ForeignRouter>();

  get all(): readonly ForeignRouter[] {
    return [...this.#routers.values()];
  }

  hear(interfaceName: string, vrid: number, address: IpAddress, now: Instant): void {
    const key = `${vrid} ${interfaceName}`;
    const known = this.#routers.get(key);
    if (known === undefined) {
      this.#routers.set(key, { interfaceName, vrid, address, heardAt: now, count: 1 });
      return;
    }
    known.address = address;
    known.heardAt = now;
    known.count++;
  }
}
