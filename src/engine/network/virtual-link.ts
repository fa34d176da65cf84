import { seconds } from "#base/time.ts";
import type { VirtualLinkIdentity } from "#vrrp/virtual-mac.ts";
import type { Context } from "../context.ts";
import type { VirtualLinkOutcomeInput } from "../inputs.ts";
import type { InterfaceUnit } from "./interface-unit.ts";
import { performTimer } from "../outlet.ts";
import type { Link, VirtualLinkSpec } from "../ports.ts";

/**
 * Whoever changes the kernel's settings is not told to us: they are set again this often. Also the
 * time until the next try after a failure.
 */
const checkInterval = seconds(10);

export const virtualLinkTimer = "virtual-link";

/**
 * The interface of one leg that has its virtual MAC address: there all the time, so that becoming
 * Active need not wait for it, and up only while Active, so that no switch looks for the MAC
 * address at a Backup.
 */
export class VirtualLink {
  readonly identity: VirtualLinkIdentity;
  readonly #context: Context;
  readonly #leg: string;
  readonly #carrier: InterfaceUnit;
  /** As the kernel's table has it. */
  #link: Link | undefined;
  #state: "absent" | "asked" | "ready" = "absent";
  #problem: string | undefined;
  #wantedUp = false;
  /** The interface below, when it was asked for last. */
  #parentIndex: number | undefined;

  constructor(
    context: Context,
    leg: string,
    identity: VirtualLinkIdentity,
    carrier: InterfaceUnit,
  ) {
    this.#context = context;
    this.#leg = leg;
    this.identity = identity;
    this.#carrier = carrier;
  }

  /** Undefined until it can take addresses. */
  get index(): number | undefined {
    return this.#state === "ready" ? this.#link?.index : undefined;
  }

  get up(): boolean {
    return this.#link?.up === true;
  }

  /** Why there is none; a reason for fault until there is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get pending(): string | undefined {
    return this.index === undefined ? `interface ${this.identity.name} is being made` : undefined;
  }

  /** Looks at the tables again. */
  refresh(): void {
    const spec = this.#spec();
    const link = spec && this.#context.ports.network.virtualLink(spec);
    if (this.#link !== undefined && link?.index !== this.#link.index) this.#lost();
    this.#link = link;
    if (spec !== undefined && this.#isNeeded(spec)) this.#ask(spec);
    else if (link !== undefined && link.up !== this.#wantedUp) this.#apply();
  }

  timerFired(): void {
    const spec = this.#spec();
    if (spec !== undefined) this.#ask(spec);
  }

  /** Takes in what became of the request. */
  outcome({ outcome }: VirtualLinkOutcomeInput): void {
    this.#state = outcome.ok ? "ready" : "asked";
    this.#problem = outcome.ok
      ? undefined
      : `the virtual MAC address cannot be used: ${outcome.message}`;
    const timer = virtualLinkTimer;
    const action = { type: "arm-timer", timer, duration: checkInterval, generation: 0 } as const;
    performTimer(this.#context, `leg:${this.#leg}`, action);
    this.refresh();
  }

  /** Up when the call returns. */
  setUp(): void {
    this.#wantedUp = true;
    this.#apply();
  }

  /** Down soon: the kernel takes its time for that, and this is on the way of Advertisements. */
  setDown(): void {
    this.#wantedUp = false;
    this.#apply();
  }

  #isNeeded({ parentIndex }: VirtualLinkSpec): boolean {
    return this.#state === "absent" || parentIndex !== this.#parentIndex;
  }

  #apply(): void {
    if (this.#link === undefined) return;
    this.#context.ports.network.setVirtualLink(this.#link.index, this.#wantedUp);
  }

  #lost(): void {
    this.#state = "absent";
    // With its parent it goes too, which is told there.
    if (this.#carrier.link !== undefined)
      this.#problem = `interface ${this.identity.name} was removed`;
  }

  #ask(spec: VirtualLinkSpec): void {
    if (this.#isNeeded(spec)) this.#state = "asked";
    this.#parentIndex = spec.parentIndex;
    this.#context.ports.network.ensureVirtualLink(this.#leg, spec);
  }

  #spec(): VirtualLinkSpec | undefined {
    const parent = this.#carrier.link;
    if (parent === undefined) return undefined;
    return { ...this.identity, parentName: parent.name, parentIndex: parent.index };
  }
}
