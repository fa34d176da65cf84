import type { ConditionCode } from "#alerts/conditions.ts";
import type { IpAddress, IpFamily } from "#base/ip-address.ts";
import { elapsed, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import type { RecordedVerdict } from "#recording/entries.ts";
import { type AddressClaim, readAddressClaim } from "#vrrp/packets/address-claim.ts";
import {
  type Addressee,
  type DropCause,
  judgeOpened,
  type PacketVerdict,
} from "#vrrp/receiving/judge-packet.ts";
import { PacketMemory } from "#vrrp/receiving/packet-memory.ts";
import type { Difference } from "#vrrp/receiving/receive-checks.ts";
import type { Context } from "../context.ts";
import { ForeignRouters } from "./foreign-routers.ts";
import type { Leg } from "./leg.ts";
import type { RouterUnit } from "./router-unit.ts";

/** Another router means our Virtual Router, but is configured so that we cannot obey it. */
const misconfigurations: ReadonlySet<DropCause> = new Set<DropCause>([
  "version-mismatch",
  "authentication-mismatch",
  "interval-mismatch",
  "address-owner",
  "wrong-destination",
  "unknown-peer",
  "time-to-live",
]);

const differenceTexts: Readonly<Record<Difference, string>> = {
  interval: "another advertisement_interval",
  addresses: "other addresses",
  "all-addresses": "none of our addresses",
};

/** A message may carry 255; a few tell who it is. */
const mostAddressesTold = 3;

/**
 * While the role moves, the host that loses it may still answer for the addresses. Asked again
 * after the second burst of announcements, a stranger still does.
 */
const conflictGrace = seconds(2);

interface Target extends Addressee {
  readonly unit: RouterUnit;
  readonly leg: Leg;
}

type Judged = PacketVerdict<Target>;

function toTarget(unit: RouterUnit, leg: Leg): Target {
  return {
    unit,
    leg,
    parameters: leg.parameters,
    get localAddress() {
      return leg.primaryAddress;
    },
  };
}

function inWords(judged: Judged): RecordedVerdict {
  if (judged.type === "accepted") return { accepted: judged.to.parameters.id };
  return { refused: judged.type === "foreign" ? "unknown-vrid" : judged.refusal };
}

/** Each family has its own VRIDs. */
function keyOf(interfaceName: string, vrid: number, family: IpFamily): string {
  return `${vrid} ${family} ${interfaceName}`;
}

/** Hands Advertisements to their Virtual Router, and counts and reports what is refused. */
export class Receiver {
  /** A LAN may have many Virtual Routers: found by interface and VRID without a search. */
  readonly #targets: ReadonlyMap<string, Target>;
  /** Of any of our Virtual Routers. */
  readonly #peers: ReadonlySet<IpAddress>;
  readonly foreign = new ForeignRouters();
  readonly #context: Context;
  readonly #dropped = new Map<DropCause, number>();
  readonly #memories = new Map<string, PacketMemory>();

  constructor(routers: readonly RouterUnit[], context: Context) {
    const targets = routers.flatMap((unit) => unit.legs.map((leg) => toTarget(unit, leg)));
    this.#targets = new Map(
      targets.map((target) => {
        const { parameters, family } = target.leg;
        return [keyOf(parameters.interfaceName, parameters.vrid, family), target];
      }),
    );
    this.#peers = new Set(
      targets.flatMap(({ parameters }) => parameters.peers.map(({ address }) => address)),
    );
    this.#context = context;
  }

  /** Refused packets by cause, since the start. */
  get dropped(): ReadonlyMap<DropCause, number> {
    return this.#dropped;
  }

  receive(interfaceName: string, bytes: Uint8Array): void {
    const opened = this.#memoryOf(interfaceName).open(bytes);
    const verdict = judgeOpened(opened, (vrid, family) =>
      this.#targets.get(keyOf(interfaceName, vrid, family)),
    );
    const said = inWords(verdict);
    if ("refused" in said) this.#drop(said.refused);
    const at = this.#context.ports.clock.now();
    const localAddress = "to" in verdict ? verdict.to.localAddress : undefined;
    this.#context.journal.packet({ at, interfaceName, bytes, localAddress, verdict: said });
    if (verdict.type === "accepted") this.#deliver(verdict);
    // What anybody in the world may send us is counted, and that is all.
    else if (!verdict.fromAfar || this.#isPeer(verdict.source)) {
      this.#reportRefusal(verdict, interfaceName);
    }
  }

  /** Another host that answers for a virtual address while this one is Active. */
  receiveClaim(interfaceName: string, frame: Uint8Array): void {
    const claim = readAddressClaim(frame);
    if (claim === undefined) return;
    for (const target of this.#targets.values()) {
      const place = target.leg.places.of(claim.address);
      if (place?.name === interfaceName) this.#checkClaim(target, claim);
    }
  }

  #checkClaim({ unit, leg }: Target, { address, mac }: AddressClaim): void {
    const { state } = unit;
    const { clock } = this.#context.ports;
    if (state.role !== "active" || elapsed(state.since, clock.now()) < conflictGrace) return;
    const ownMac = leg.places.macOf(address);
    if (ownMac === undefined || mac === ownMac) return;
    leg.addressClaimed(`${mac} claims ${address} while this host is Active`);
  }

  #deliver({
    to,
    source,
    advertisement,
    differences,
  }: Extract<Judged, { type: "accepted" }>): void {
    const { localAddress, leg } = to;
    if (localAddress === undefined) return;
    if (differences.includes("all-addresses")) {
      const theirs = advertisement.addresses.slice(0, mostAddressesTold).join(", ");
      const detail = `${source} advertises it for ${theirs}`;
      this.#observe("vrid-used-by-stranger", leg, advertisement, detail);
    } else if (differences.length > 0) {
      const texts = differences.map((difference) => differenceTexts[difference]).join(" and ");
      this.#mismatch(leg, advertisement, `${source} has ${texts}`);
    }
    to.unit.hear(leg, { advertisement, source, localAddress });
  }

  #reportRefusal(verdict: Exclude<Judged, { type: "accepted" }>, interfaceName: string): void {
    const { source } = verdict;
    const { clock } = this.#context.ports;
    switch (verdict.type) {
      case "mismatch":
        this.#reportMismatch(verdict);
        break;
      case "malformed": {
        const detail = `${verdict.refusal} in a packet of ${source ?? "an unknown sender"}`;
        this.#context.reporter.observe({ code: "bad-packets", subject: interfaceName, detail });
        break;
      }
      // Somebody else's Virtual Router on our LAN is no fault of anybody: it is only remembered.
      case "foreign":
        this.foreign.hear(interfaceName, verdict.advertisement.vrid, verdict.source, clock.now());
    }
  }

  #reportMismatch({ to, source, advertisement, refusal }: Extract<Judged, { type: "mismatch" }>) {
    if (refusal === "own-address") {
      const detail = `${source}, which is our own address, advertises it`;
      this.#mismatch(to.leg, advertisement, detail);
    } else if (misconfigurations.has(refusal)) {
      this.#mismatch(to.leg, advertisement, `${source}: ${refusal}`);
    }
  }

  #mismatch(leg: Leg, advertisement: Advertisement, detail: string): void {
    this.#observe("configuration-mismatch", leg, advertisement, detail);
  }

  #observe(
    code: ConditionCode,
    { parameters }: Leg,
    { interval }: Advertisement,
    detail: string,
  ): void {
    this.#context.reporter.observe({ code, subject: parameters.router, detail }, interval);
  }

  #isPeer(source: IpAddress | undefined): boolean {
    return source !== undefined && this.#peers.has(source);
  }

  #memoryOf(interfaceName: string): PacketMemory {
    const known = this.#memories.get(interfaceName);
    if (known !== undefined) return known;
    const memory = new PacketMemory();
    this.#memories.set(interfaceName, memory);
    return memory;
  }

  #drop(cause: DropCause): void {
    this.#dropped.set(cause, (this.#dropped.get(cause) ?? 0) + 1);
  }
}
