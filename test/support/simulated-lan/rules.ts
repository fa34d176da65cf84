import assert from "node:assert/strict";
import { familyOf, type IpAddress } from "#base/ip-address.ts";
import type { MacAddress } from "#base/mac-address.ts";
import type { AddressClaim } from "#vrrp/packets/address-claim.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { isVrrpGroup } from "#vrrp/constants.ts";
import type { Opened } from "#vrrp/receiving/receive-checks.ts";
import { virtualLinkName, virtualMac } from "#vrrp/virtual-mac.ts";
import { count } from "./host-settings.ts";
import type { LanHost } from "./lan-host.ts";
import {
  interfaceName,
  ownAddress,
  type Place,
  routerName,
  virtualAddresses,
  vridOf,
} from "./names.ts";
import { placesOf, type Scenario } from "./scenario.ts";

/** An Advertisement as it leaves a host. */
interface Sent extends Opened {
  readonly sourceMac: MacAddress | undefined;
}

/** What must hold on every host at every moment, whatever happens. */
export class Rules {
  readonly #scenario: Scenario;
  readonly #places: readonly Place[];
  /** By router. */
  readonly #addresses: IpAddress[][];
  /** By host. */
  readonly #ownAddresses: IpAddress[][];
  readonly #mostTimers: number;

  constructor(scenario: Scenario) {
    const { routers, segments } = scenario;
    this.#scenario = scenario;
    this.#places = placesOf(scenario);
    this.#addresses = count(routers).map((router) =>
      this.#places.flatMap((place) => virtualAddresses(place, router)),
    );
    this.#ownAddresses = count(scenario.hosts.length).map((host) =>
      this.#places.map((place) => ownAddress(place, host)),
    );
    // By name: of the machine and of each leg, each interface, the reporter's and the journal's.
    this.#mostTimers = routers * (8 + 5 * this.#places.length) + 2 * (segments + 1) + 4;
  }

  /** Between any two inputs. */
  checkState(host: LanHost): void {
    for (const router of this.#addresses.keys()) {
      if (host.owns(router)) this.#checkOwned(host, router);
      else this.#checkAddresses(host, router);
      if (this.#scenario.virtualMac) this.#checkVirtualLinks(host, router);
    }
    const timers = host.process?.mostTimers ?? 0;
    assert.ok(timers <= this.#mostTimers, `${host.name} has ${timers} timers`);
  }

  checkAdvertisement(host: LanHost, { vrid, priority, addresses }: Advertisement): void {
    const router = vrid - vridOf(0);
    assert.ok(this.#addresses[router] !== undefined);
    const what = `${host.name} advertises priority ${priority}`;
    for (const address of addresses) {
      const held = host.kernel.holds(address);
      if (priority === 0) assert.ok(!held || host.owns(router), `${what} and has ${address}`);
      else assert.ok(held || this.#isExcused(host), `${what} without ${address}`);
    }
  }

  /** By multicast or unicast as configured, and by multicast from the virtual MAC address. */
  checkWay(host: LanHost, { advertisement, packet, sourceMac }: Sent): void {
    const { unicast, virtualMac: isVirtual } = this.#scenario;
    const { vrid } = advertisement;
    assert.equal(isVrrpGroup(packet.destination), !unicast, `to ${packet.destination}`);
    const isOwn = host.owns(vrid - vridOf(0));
    const mac =
      isVirtual && !unicast && !isOwn ? virtualMac(familyOf(packet.source), vrid) : undefined;
    assert.equal(sourceMac, mac, `${host.name} advertises from another MAC address`);
  }

  /** Of ARP and Neighbor Discovery: nobody claims what it does not have. */
  checkClaim(host: LanHost, claim: AddressClaim | undefined): void {
    assert.ok(claim !== undefined, `${host.name} claims what nobody understands`);
    const { address } = claim;
    const isProbe = address === "0.0.0.0" || address === "::";
    const isOwn = this.#ownAddresses[host.index]?.includes(address) === true;
    if (isProbe || isOwn || this.#isExcused(host)) return;
    assert.ok(host.kernel.holds(address), `${host.name} claims ${address} without it`);
  }

  #isExcused(host: LanHost): boolean {
    return host.meddledWith || host.hardlyStood(this.#scenario.lossCount);
  }

  #checkAddresses(host: LanHost, router: number): void {
    const isActive = host.role(router) === "active";
    for (const address of this.#addresses[router] ?? []) {
      if (host.kernel.holds(address) === isActive) continue;
      const excused = host.meddledWith || (host.process?.unread ?? 0) > 0;
      const what = `${host.name} is ${host.role(router)} of ${routerName(router)}`;
      assert.ok(isActive, `${what} and has ${address}`);
      assert.ok(excused, `${what} without ${address}`);
    }
  }

  /** The addresses of an owner are its own: the kernel would remove them with a lease. */
  #checkOwned(host: LanHost, router: number): void {
    for (const address of this.#addresses[router] ?? []) {
      assert.ok(!host.kernel.isLeased(address), `${host.name} leases ${address}, which it owns`);
    }
  }

  /** Up while Active alone: no switch may look for the virtual MAC address at a Backup. */
  #checkVirtualLinks(host: LanHost, router: number): void {
    const isActive = host.role(router) === "active";
    for (const { family, segment } of this.#places) {
      const name = virtualLinkName(family, vridOf(router), interfaceName(segment));
      const isUp = host.kernel.links.get(name)?.up === true;
      assert.ok(isActive || !isUp, `${host.name} is not Active, and ${name} is up`);
      if (!isActive || isUp || host.owns(router)) continue;
      assert.ok(this.#isExcused(host), `${host.name} is Active, and ${name} is not up`);
    }
  }
}
