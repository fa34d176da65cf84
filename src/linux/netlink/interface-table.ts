import { isOwnRoute, isSamePlace, type OwnRoute } from "./messages/route-request.ts";
import { addressKey, hostKey, routeKey } from "./messages/message-key.ts";
import type { InterfaceAddress, KernelMessage, Link, NetworkChange, Route } from "./types.ts";

/**
 * What is known of the interfaces, their addresses and Gatepair's own routes: message for message
 * in, what really changed out. Knows no socket and no time. (It changes in place: with thousands of
 * addresses a copy for each renewal of a lease would take longer than an advertisement may wait.)
 */
export class InterfaceTable {
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<string, InterfaceAddress>();
  /** The same once more, for each renewal of a lease to find its own among hundreds. */
  readonly #byHost = new Map<string, readonly InterfaceAddress[]>();
  readonly #ownRoutes = new Map<string, Route>();

  get links(): ReadonlyMap<number, Link> {
    return this.#links;
  }

  get addresses(): ReadonlyMap<string, InterfaceAddress> {
    return this.#addresses;
  }

  /** The same address on the same interface, whatever its prefix. */
  addressesLike(
    address: Pick<InterfaceAddress, "interfaceIndex" | "address">,
  ): readonly InterfaceAddress[] {
    return this.#byHost.get(hostKey(address)) ?? [];
  }

  get ownRoutes(): ReadonlyMap<string, Route> {
    return this.#ownRoutes;
  }

  /** Whether one of them is where the kernel has room for one alone. */
  hasOwnRoute(place: OwnRoute): boolean {
    return this.#ownRoutes.values().some((own) => isSamePlace(own, place));
  }

  /** Every row, as the message that would put it there. */
  rows(): readonly KernelMessage[] {
    const present = true;
    return [
      ...this.#links.values().map((link) => ({ type: "link", present, link }) as const),
      ...this.#addresses
        .values()
        .map((address) => ({ type: "address", present, address }) as const),
      ...this.#ownRoutes
        .values()
        .map((route) => ({ type: "route", present, route, replaces: false }) as const),
    ];
  }

  /** Empty when the message says nothing new. */
  apply(message: KernelMessage): readonly NetworkChange[] {
    switch (message.type) {
      case "link":
        return message.present ? this.#putLink(message.link) : this.#dropLink(message.link.index);
      case "address":
        return message.present
          ? this.#putAddress(message.address)
          : this.#dropAddress(addressKey(message.address));
      case "route":
        return message.present
          ? this.#putRoute(message.route)
          : this.#dropRoute(routeKey(message.route));
    }
  }

  #putLink(link: Link): readonly NetworkChange[] {
    const previous = this.#links.get(link.index);
    this.#links.set(link.index, link);
    if (previous === undefined) return [{ type: "link-added", link }];
    return differ(link, previous) ? [{ type: "link-changed", link, previous }] : [];
  }

  /** What was on the interface is gone with it: of the routes the kernel does not even say so. */
  #dropLink(index: number): readonly NetworkChange[] {
    const link = this.#links.get(index);
    if (link === undefined) return [];
    const routes = this.#ownRoutes.entries().filter(([, route]) => route.interfaceIndex === index);
    const lostRoutes = [...routes].flatMap(([key]) => this.#dropRoute(key));
    const addresses = this.#addresses
      .entries()
      .filter(([, { interfaceIndex }]) => interfaceIndex === index);
    const lostAddresses = [...addresses].flatMap(([key]) => this.#dropAddress(key));
    this.#links.delete(index);
    return [...lostRoutes, ...lostAddresses, { type: "link-removed", link }];
  }

  #putAddress(address: InterfaceAddress): readonly NetworkChange[] {
    const key = addressKey(address);
    const previous = this.#addresses.get(key);
    this.#addresses.set(key, address);
    this.#byHost.set(hostKey(address), [...this.#withoutPrefixOf(address), address]);
    if (previous === undefined) return [{ type: "address-added", address }];
    return differ(withoutCountdown(address), withoutCountdown(previous))
      ? [{ type: "address-changed", address, previous }]
      : [];
  }

  #dropAddress(key: string): readonly NetworkChange[] {
    const address = this.#addresses.get(key);
    if (address === undefined) return [];
    this.#addresses.delete(key);
    const others = this.#withoutPrefixOf(address);
    if (others.length > 0) this.#byHost.set(hostKey(address), others);
    else this.#byHost.delete(hostKey(address));
    return [{ type: "address-removed", address }];
  }

  #withoutPrefixOf(address: InterfaceAddress): readonly InterfaceAddress[] {
    return this.addressesLike(address).filter(
      ({ prefixLength }) => prefixLength !== address.prefixLength,
    );
  }

  #putRoute(route: Route): readonly NetworkChange[] {
    if (!isOwnRoute(route)) return [];
    const key = routeKey(route);
    const known = this.#ownRoutes.has(key);
    this.#ownRoutes.set(key, route);
    return known ? [] : [{ type: "route-added", route }];
  }

  #dropRoute(key: string): readonly NetworkChange[] {
    const route = this.#ownRoutes.get(key);
    this.#ownRoutes.delete(key);
    return route === undefined ? [] : [{ type: "route-removed", route }];
  }
}

/** A lifetime that was renewed or has run down is no change; that it ends at all is one. */
function withoutCountdown(address: InterfaceAddress): object {
  return { ...address, validLifetime: address.validLifetime === undefined };
}

/** For flat records of one shape. */
function differ<Row extends object>(left: Row, right: Row): boolean {
  return (Object.keys(left) as (keyof Row)[]).some((key) => left[key] !== right[key]);
}
