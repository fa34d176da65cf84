import type { IpAddress } from "#base/ip-address.ts";
import { encodeAddressProbe, encodeAnnouncement } from "#vrrp/packets/families.ts";
import type { LegParameters } from "#vrrp/virtual-router.ts";
import type { Lan } from "../ports.ts";
import type { AddressPlaces } from "./address-places.ts";

interface Announcement {
  readonly lan: Lan;
  readonly frame: Uint8Array;
}

/** Tells the network where the addresses of one leg are, and asks it who else has them. */
export class Announcer {
  readonly #addresses: readonly IpAddress[];
  readonly #places: AddressPlaces;

  constructor({ addresses }: LegParameters, places: AddressPlaces) {
    this.#addresses = addresses.map(({ address }) => address);
    this.#places = places;
  }

  /** Every address, in as many rounds: of hundreds the queue may not take the last frames. */
  announceAll(rounds: number): void {
    const all = this.#addresses.flatMap((address) => this.#announcementOf(address) ?? []);
    for (let round = 0; round < rounds; round++) all.forEach(send);
  }

  announce(address: IpAddress): void {
    const announcement = this.#announcementOf(address);
    if (announcement !== undefined) send(announcement);
  }

  /** An announcement does not do: a host that has the address itself takes it for a forgery. */
  probe(): void {
    for (const address of this.#addresses) {
      const { lan, link } = this.#places.of(address) ?? {};
      if (link?.mac !== undefined) lan?.sendFrame(encodeAddressProbe({ address, mac: link.mac }));
    }
  }

  #announcementOf(address: IpAddress): Announcement | undefined {
    const lan = this.#places.of(address)?.lan;
    const mac = this.#places.macOf(address);
    if (lan === undefined || mac === undefined) return undefined;
    return { lan, frame: encodeAnnouncement({ address, mac }) };
  }
}

function send({ lan, frame }: Announcement): void {
  lan.sendFrame(frame);
}
