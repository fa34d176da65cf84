import { compareIpAddresses } from "#base/ip-address.ts";
import { elapsed, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { conflictsWith } from "#vrrp/address-conflict.ts";
import { type ArpMessage, decodeArp } from "#vrrp/arp.ts";
import type { Difference, Opened, Refusal } from "#vrrp/receive-checks.ts";
import { differencesFrom, openPacket, refusalBy } from "#vrrp/receive-checks.ts";
import type { Context } from "./context.ts";
import type { Leg } from "./leg.ts";
import type { RouterUnit } from "./router-unit.ts";

/** Why a packet was not handed to a Virtual Router; `own-address` is a reflection or a twin. */
export type DropCause = Refusal | "own-address";

/** Another router means our Virtual Router, but is configured so that we cannot obey it. */
const misconfigurations: ReadonlySet<DropCause> = new Set<DropCause>([
  "version-mismatch",
  "authentication-mismatch",
  "interval-mismatch",
]);

const differenceTexts: Readonly<Record<Difference, string>> = {
  interval: "another advertisement_interval",
  addresses: "other addresses",
};

/**
 * While the role moves, the host that loses it may still answer for the addresses. Asked again
 * after the second burst of gratuitous ARP, a stranger still does.
 */
const conflictGrace = seconds(2);

interface Target {
  readonly unit: RouterUnit;
  readonly leg: Leg;
}

function keyOf(interfaceName: string, vrid: number): string {
  return `${vrid} ${interfaceName}`;
}

/** Hands Advertisements to their Virtual Router, and counts and reports what is refused. */
export class Receiver {
  /** A LAN may have many Virtual Routers: found by interface and VRID without a search. */
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #context: Context;
  readonly #dropped = new Map<DropCause, number>();

  constructor(routers: readonly RouterUnit[], context: Context) {
    const targets = routers.flatMap((unit) => unit.legs.map((leg) => ({ unit, leg })));
    this.#targets = new Map(
      targets.map((target) => {
        const { interfaceName, vrid } = target.leg.parameters;
        return [keyOf(interfaceName, vrid), target];
      }),
    );
    this.#context = context;
  }

  /** Refused packets by cause, since the start. */
  get dropped(): ReadonlyMap<DropCause, number> {
    return this.#dropped;
  }

  receive(interfaceName: string, bytes: Uint8Array): void {
    const opened = openPacket(bytes);
    if (!opened.ok) {
      this.#drop(opened.refusal);
      const detail = `${opened.refusal} in a packet of ${opened.source ?? "an unknown sender"}`;
      this.#context.reporter.observe({ code: "bad-packets", subject: interfaceName, detail });
      return;
    }
    const { vrid } = opened.value.advertisement;
    const target = this.#targets.get(keyOf(interfaceName, vrid));
    // Somebody else's Virtual Router on our LAN is no fault of anybody: it is only counted.
    if (target === undefined) this.#drop("unknown-vrid");
    else this.#deliver(target, opened.value);
  }

  /** Another host that answers for a virtual address while this one is Active. */
  receiveArp(interfaceName: string, frame: Uint8Array): void {
    const message = decodeArp(frame);
    if (message === undefined) return;
    for (const target of this.#targets.values()) {
      if (target.leg.parameters.interfaceName === interfaceName) this.#checkClaim(target, message);
    }
  }

  #checkClaim({ unit, leg }: Target, message: ArpMessage): void {
    const { state } = unit;
    const { clock } = this.#context.ports;
    if (state.role !== "active" || elapsed(state.since, clock.now()) < conflictGrace) return;
    const address = message.senderAddress;
    const ownMac = leg.interface.link?.mac;
    const ours = leg.parameters.addresses.some((prefix) => prefix.address === address);
    if (!ours || ownMac === undefined) return;
    const mac = conflictsWith(message, { address, ownMac });
    if (mac === undefined) return;
    leg.addressClaimed(`${mac} claims ${address} while this host is Active`);
  }

  #deliver({ unit, leg }: Target, { packet, advertisement }: Opened): void {
    const localAddress = leg.interface.primaryAddress;
    if (localAddress === undefined) return;
    if (compareIpAddresses(packet.source, localAddress) === 0) {
      this.#drop("own-address");
      const detail = `${packet.source}, which is our own address, advertises it`;
      this.#mismatch(leg, advertisement, detail);
      return;
    }
    const refusal = refusalBy(leg.parameters, advertisement);
    if (refusal !== undefined) {
      this.#drop(refusal);
      if (misconfigurations.has(refusal)) {
        this.#mismatch(leg, advertisement, `${packet.source}: ${refusal}`);
      }
      return;
    }
    const differences = differencesFrom(leg.parameters, advertisement);
    if (differences.length > 0) {
      const texts = differences.map((difference) => differenceTexts[difference]).join(" and ");
      this.#mismatch(leg, advertisement, `${packet.source} has ${texts}`);
    }
    unit.hear(leg, { advertisement, source: packet.source, localAddress });
  }

  #mismatch({ parameters }: Leg, { interval }: Advertisement, detail: string): void {
    const condition = {
      code: "configuration-mismatch",
      subject: parameters.router,
      detail,
    } as const;
    this.#context.reporter.observe(condition, interval);
  }

  #drop(cause: DropCause): void {
    this.#dropped.set(cause, (this.#dropped.get(cause) ?? 0) + 1);
  }
}
