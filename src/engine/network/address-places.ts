import type { IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { VirtualAddress } from "#base/virtual-address.ts";
import { interfaceOf, type LegParameters } from "#vrrp/virtual-router.ts";
import type { InterfaceUnit } from "./interface-unit.ts";
import { type Placement, placeOnOwnLink, placeOnSharedLink } from "./placement.ts";
import type { VirtualLink } from "./virtual-link.ts";

/** Where the addresses of one leg belong: on its own interface, on another, or on its virtual link. */
export class AddressPlaces {
  readonly #home: InterfaceUnit;
  readonly #virtualLink: VirtualLink | undefined;
  readonly #units: ReadonlyMap<IpAddress, InterfaceUnit>;

  constructor(
    parameters: LegParameters,
    unitOf: (interfaceName: string) => InterfaceUnit,
    virtualLink: VirtualLink | undefined,
  ) {
    this.#home = unitOf(parameters.interfaceName);
    this.#virtualLink = virtualLink;
    this.#units = new Map(
      parameters.addresses.map((each) => [each.address, unitOf(interfaceOf(parameters, each))]),
    );
  }

  /** Every interface that the leg needs, its own among them. */
  get interfaces(): ReadonlySet<InterfaceUnit> {
    return new Set([this.#home, ...this.#units.values()]);
  }

  /** The interface, undefined for an address that is not of this leg. */
  of(address: IpAddress): InterfaceUnit | undefined {
    return this.#units.get(address);
  }

  /** The MAC address that answers for the address. */
  macOf(address: IpAddress): MacAddress | undefined {
    return this.#linkFor(address)?.identity.mac ?? this.of(address)?.link?.mac;
  }

  /** Undefined while there is no such interface. */
  indexOf(address: IpAddress): number | undefined {
    const virtualLink = this.#linkFor(address);
    return virtualLink === undefined ? this.of(address)?.link?.index : virtualLink.index;
  }

  placementOf(prefix: VirtualAddress): Placement | undefined {
    const index = this.indexOf(prefix.address);
    if (index === undefined) return undefined;
    const isOwn = this.#linkFor(prefix.address) !== undefined;
    return isOwn ? placeOnOwnLink(prefix, index) : placeOnSharedLink(prefix, index);
  }

  /** Has the interfaces look out for others that claim the addresses. */
  watch(): void {
    const byUnit = Map.groupBy(this.#units, ([, unit]) => unit);
    for (const [unit, places] of byUnit) unit.watchAddresses(places.map(([address]) => address));
  }

  /** The link that is there for the addresses of the leg's own interface alone. */
  #linkFor(address: IpAddress): VirtualLink | undefined {
    return this.of(address) === this.#home ? this.#virtualLink : undefined;
  }
}
