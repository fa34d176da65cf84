import assert from "node:assert/strict";
import type { IpAddress } from "#base/ip-address.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { decodeArp } from "#vrrp/arp.ts";
import { count } from "./host-settings.ts";
import type { LanHost } from "./lan-host.ts";
import { ownAddress, routerName, virtualAddresses, vridOf } from "./names.ts";
import type { Scenario } from "./scenario.ts";

/** What must hold on every host at every moment, whatever happens. */
export class Rules {
  readonly #segments: number[];
  /** By router. */
  readonly #addresses: IpAddress[][];
  readonly #mostTimers: number;
  readonly #lossCount: number;

  constructor({ routers, segments, lossCount }: Scenario) {
    this.#lossCount = lossCount;
    this.#segments = count(segments);
    this.#addresses = count(routers).map((router) =>
      this.#segments.flatMap((segment) => virtualAddresses(segment, router)),
    );
    // By name: of the machine and of each leg, each interface, the reporter's and the journal's.
    this.#mostTimers = routers * (8 + 4 * segments) + 2 * (segments + 1) + 4;
  }

  /** Between any two inputs. */
  checkState(host: LanHost): void {
    for (const router of this.#addresses.keys()) this.#checkAddresses(host, router);
    const timers = host.process?.mostTimers ?? 0;
    assert.ok(timers <= this.#mostTimers, `${host.name} has ${timers} timers`);
  }

  checkAdvertisement(host: LanHost, { vrid, priority, addresses }: Advertisement): void {
    assert.ok([...this.#addresses.keys()].some((router) => vridOf(router) === vrid));
    const what = `${host.name} advertises priority ${priority}`;
    for (const address of addresses) {
      const held = host.kernel.holds(address);
      if (priority === 0) assert.ok(!held, `${what} and has ${address}`);
      else assert.ok(held || this.#isExcused(host), `${what} without ${address}`);
    }
  }

  /** Of ARP: nobody claims what it does not have. */
  checkClaim(host: LanHost, frame: Uint8Array): void {
    const message = decodeArp(frame);
    assert.ok(message !== undefined, `${host.name} sends ARP that nobody understands`);
    const { senderAddress } = message;
    const own = this.#segments.map((segment) => ownAddress(segment, host.index));
    if (senderAddress === "0.0.0.0" || own.includes(senderAddress) || this.#isExcused(host)) return;
    assert.ok(host.kernel.holds(senderAddress), `${host.name} claims ${senderAddress} without it`);
  }

  #isExcused(host: LanHost): boolean {
    return host.meddledWith || host.hardlyStood(this.#lossCount);
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
}
