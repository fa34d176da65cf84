import { compareIpAddresses } from "#base/ip-address.ts";
import { elapsed, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { conflictsWith } from "#vrrp/address-conflict.ts";
import { type ArpMessage, decodeArp } from "#vrrp/arp.ts";
import type { Difference, Opened, Refusal } from "#vrrp/receive-checks.ts";
import { differencesFrom, openPacket, refusalBy } from "#vrrp/receive-checks.ts";
import type { Context } from "./context.ts";
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

/** Hands Advertisements to their Virtual Router, and counts and reports what is refused. */
export class Receiver {
  readonly #routers: readonly RouterUnit[];
  readonly #context: Context;
  readonly #dropped = new Map<DropCause, number>();

  constructor(routers: readonly RouterUnit[], context: Context) {
    this.#routers = routers;
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
    const router = this.#routers.find(
      ({ parameters }) => parameters.vrid === vrid && parameters.interfaceName === interfaceName,
    );
    // Somebody else's Virtual Router on our LAN is no fault of anybody: it is only counted.
    if (router === undefined) this.#drop("unknown-vrid");
    else this.#deliver(router, opened.value);
  }

  /** Another host that answers for a virtual address while this one is Active. */
  receiveArp(interfaceName: string, frame: Uint8Array): void {
    const message = decodeArp(frame);
    if (message === undefined) return;
    for (const router of this.#routers) {
      if (router.parameters.interfaceName === interfaceName) this.#checkClaim(router, message);
    }
  }

  #checkClaim(router: RouterUnit, message: ArpMessage): void {
    const { parameters, state } = router;
    const { clock } = this.#context.ports;
    if (state.role !== "active" || elapsed(state.since, clock.now()) < conflictGrace) return;
    const address = message.senderAddress;
    const ownMac = router.interface.link?.mac;
    const ours = parameters.addresses.some((prefix) => prefix.address === address);
    if (!ours || ownMac === undefined) return;
    const mac = conflictsWith(message, { address, ownMac });
    if (mac === undefined) return;
    router.addressClaimed(`${mac} claims ${address} while this host is Active`);
  }

  #deliver(router: RouterUnit, { packet, advertisement }: Opened): void {
    const localAddress = router.interface.primaryAddress;
    if (localAddress === undefined) return;
    if (compareIpAddresses(packet.source, localAddress) === 0) {
      this.#drop("own-address");
      const detail = `${packet.source}, which is our own address, advertises it`;
      this.#mismatch(router, advertisement, detail);
      return;
    }
    const refusal = refusalBy(router.parameters, advertisement);
    if (refusal !== undefined) {
      this.#drop(refusal);
      if (misconfigurations.has(refusal)) {
        this.#mismatch(router, advertisement, `${packet.source}: ${refusal}`);
      }
      return;
    }
    const differences = differencesFrom(router.parameters, advertisement);
    if (differences.length > 0) {
      const texts = differences.map((difference) => differenceTexts[difference]).join(" and ");
      this.#mismatch(router, advertisement, `${packet.source} has ${texts}`);
    }
    router.counters.received++;
    router.post({ type: "advertisement", advertisement, source: packet.source, localAddress });
  }

  #mismatch({ parameters }: RouterUnit, { interval }: Advertisement, detail: string): void {
    const condition = { code: "configuration-mismatch", subject: parameters.name, detail } as const;
    this.#context.reporter.observe(condition, interval);
  }

  #drop(cause: DropCause): void {
    this.#dropped.set(cause, (this.#dropped.get(cause) ?? 0) + 1);
  }
}
