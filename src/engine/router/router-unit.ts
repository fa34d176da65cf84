import {
  addTime,
  elapsed,
  type Instant,
  type Milliseconds,
  milliseconds,
  seconds,
} from "#base/time.ts";
import type { VirtualRouterView } from "#alerts/notification.ts";
import {
  judgeFailures,
  type TrackFailure,
  type TrackVerdict,
} from "#tracking/effective-priority.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import { initialState, stepVirtualRouter } from "#vrrp/machine/state-machine.ts";
import type {
  ReceivedAdvertisement,
  Role,
  TimerName,
  VirtualRouterState,
} from "#vrrp/virtual-router.ts";
import type { Context } from "../context.ts";
import type { Leg } from "./leg.ts";
import type { LeaseOutcomeInput, RemovedAddress } from "../inputs.ts";
import { Member } from "./member.ts";
import { performTimer } from "../outlet.ts";
import { RouteKeeper } from "../network/route-keeper.ts";
import type { RouterSettings } from "../settings.ts";

/** How long a router stays in fault after its Advertisements could not be sent. */
const muteHold = seconds(10);

/** What stands against a Virtual Router now. */
export interface Obstacles {
  readonly failures: readonly TrackFailure[];
  /** Not known yet: no reason to stop, but none to start either. */
  readonly pending: string | undefined;
}

/**
 * What moves as one: one state machine and all its legs. It is Backup while it hears the Active
 * Router on any of them, and what it does, it does on all.
 */
export class RouterUnit {
  readonly settings: RouterSettings;
  readonly legs: readonly Leg[];
  /** The virtual routers of the configuration that the legs belong to. */
  readonly members: readonly Member[];
  readonly routes: RouteKeeper;
  readonly #context: Context;
  /** Without an Advertisement for so long, any Backup has taken over. */
  readonly #silence: Milliseconds;
  #state: VirtualRouterState;
  #verdict: TrackVerdict;
  #pending: string | undefined = "gatepair has just started";
  /** Until when it holds still, counted since its links are up; undefined while one is not. */
  #heldUntil: Instant | undefined;
  /** Where the Advertisement came from that is being handled. */
  #hearing: Leg | undefined;

  constructor(context: Context, settings: RouterSettings, legs: readonly Leg[]) {
    this.#context = context;
    this.settings = settings;
    this.legs = legs;
    this.members = Member.of(legs);
    const { advertisementInterval, lossCount } = settings.parameters;
    this.#silence = milliseconds((lossCount + 1) * advertisementInterval);
    this.routes = new RouteKeeper(context, settings.name, settings.routes);
    this.#state = initialState(settings.parameters, context.ports.clock.now());
    this.#verdict = judgeFailures(settings.parameters.priority, []);
  }

  get name(): string {
    return this.settings.name;
  }

  get state(): VirtualRouterState {
    return this.#state;
  }

  get verdict(): TrackVerdict {
    return this.#verdict;
  }

  get pending(): string | undefined {
    return this.#pending;
  }

  /** Whether so many Advertisements in a row were not sent that the peer must have taken over. */
  get mute(): boolean {
    const { lossCount } = this.settings.parameters;
    return this.legs.some(({ unsent }) => unsent >= lossCount);
  }

  post(event: VirtualRouterEvent): void {
    const now = this.#context.ports.clock.now();
    const { parameters } = this.settings;
    const before = this.#state;
    const { state, actions } = stepVirtualRouter(parameters, before, event, now);
    this.#state = state;
    for (const action of actions) this.#perform(action);
    this.#context.journal.turn({ unit: this.name, parameters, before, event, actions, at: now });
  }

  /** Takes in an Advertisement that `leg` accepted. */
  hear(leg: Leg, received: ReceivedAdvertisement): void {
    const { localAddress } = received;
    leg.hear(received, this.#silence);
    this.#hearing = leg;
    this.post({
      type: "advertisement",
      ...received,
      localAddress: this.#decides(leg) ? localAddress : undefined,
    });
  }

  /**
   * Between equal priorities the addresses of one leg decide, of the same one on both hosts: the first on
   * which they hear each other. That it is a later one shows only when those before it stay silent.
   */
  #decides(leg: Leg): boolean {
    if (leg === this.legs[0]) return true;
    const earlier = this.legs.slice(0, this.legs.indexOf(leg));
    return leg.hearsSteadily(this.#silence) && !earlier.some((each) => each.hears(this.#silence));
  }

  /** Says whether what stands against it may now look different. */
  timerFired(timer: string, generation: number): boolean {
    if (timer === "hold") return true;
    if (timer === "speak-again") this.#forgetUnsent();
    else this.post({ type: "timer-fired", timer: timer as TimerName, generation });
    return timer === "speak-again" || this.mute;
  }

  leaseOutcome(input: LeaseOutcomeInput): void {
    if (!input.outcome.ok) this.#look();
    this.legs.find(({ id }) => id === input.leg)?.leaseOutcome(input);
  }

  addressRemoved(removed: RemovedAddress, now: Instant): void {
    const losing = this.legs.filter(({ addresses }) => addresses.misses(removed));
    if (losing.length === 0) return;
    this.#look();
    for (const leg of losing) leg.addressRemoved(removed, now);
    this.routes.sourceRemoved(removed.address);
  }

  /** Takes part, stops or changes its priority, as what is tracked allows. */
  consider({ failures, pending: waitingFor }: Obstacles): void {
    const hold = this.#hold(); // counts while something else is waited for, too
    const pending = waitingFor ?? hold;
    this.#verdict = judgeFailures(this.settings.parameters.priority, failures);
    const { faults, priority } = this.#verdict;
    const stranded = this.legs.find((leg) => leg.stranded !== undefined)?.stranded;
    if (stranded !== undefined) {
      this.post({ type: "fault", text: stranded });
    }
    if (priority !== this.#state.priority) this.post({ type: "priority", priority });
    if (faults.length > 0) {
      if (this.#state.role !== "fault") this.post({ type: "fault", text: describe(faults) });
    } else if (pending === undefined && this.#isIdle()) {
      this.post({ type: "startup", text: "nothing tracked has failed" });
    }
    this.#pending = this.#isIdle() ? pending : undefined;
  }

  views(): VirtualRouterView[] {
    const now = this.#context.ports.clock.now();
    return this.members.map((member) => member.view(this.#state, now));
  }

  /**
   * A network that has just come up may carry nothing for a while yet: spanning tree, bonds, switches
   * that restart. Who takes part before hears nobody and makes a second Active Router.
   */
  #hold(): string | undefined {
    const { startDelay } = this.settings;
    const isDown = this.legs.some((leg) =>
      leg.places.interfaces.values().some((unit) => unit.failure() !== undefined),
    );
    if (isDown) this.#heldUntil = undefined;
    if (isDown || startDelay === 0) return undefined;
    const now = this.#context.ports.clock.now();
    if (this.#heldUntil === undefined) {
      this.#heldUntil = addTime(now, startDelay);
      this.#arm("hold", startDelay);
    }
    if (this.#heldUntil <= now) return undefined;
    return `start_delay: ${startDelay / 1000} s since the link came up are not over`;
  }

  /**
   * Addresses that are gone may be leases that ended while this host stood still. Then another is
   * Active by now, and nothing may be claimed before that is found out.
   */
  #look(): void {
    this.post({ type: "look" });
  }

  #isIdle(): boolean {
    return this.#state.role === "fault" || this.#state.role === "initialize";
  }

  #perform(action: VirtualRouterAction): void {
    switch (action.type) {
      case "add-addresses":
        for (const leg of this.legs) leg.addAddresses();
        this.routes.hold();
        break;
      case "remove-addresses":
        this.routes.release();
        for (const leg of this.legs) leg.removeAddresses();
        break;
      case "send-advertisement":
        this.#advertise(action.priority);
        break;
      case "announce":
        for (const leg of this.legs) leg.announce(action.rounds);
        break;
      case "probe-addresses":
        for (const leg of this.legs) leg.probe();
        break;
      case "transition":
        this.#reportTransition(action.from, action.reason);
        break;
      case "two-active":
        this.#reportTwoActive();
        break;
      default: {
        const meaning = action.timer === "active-down" ? "silence" : undefined;
        performTimer(this.#context, `router:${this.name}`, action, meaning);
      }
    }
  }

  #advertise(priority: number): void {
    const isLastWord = this.#state.role !== "active";
    for (const leg of this.legs) leg.advertise(priority, { isLastWord });
    // A peer that hears nothing has taken over: let it, and try again in a while.
    if (this.mute) this.#arm("speak-again", muteHold);
  }

  #forgetUnsent(): void {
    for (const leg of this.legs) leg.forgetUnsent();
  }

  #reportTransition(from: Role, reason: VirtualRouterState["reason"]): void {
    for (const view of this.views()) this.#context.reporter.transition(view, from, reason);
    if (from === "active" && !this.mute) this.#forgetUnsent();
  }

  /** Who gives way says so with one last Advertisement: in the first interval it is no trouble. */
  #reportTwoActive(): void {
    const { heard, since } = this.#state;
    if (heard === undefined || this.#hearing === undefined) return;
    if (elapsed(since, heard.at) < this.settings.parameters.advertisementInterval) return;
    const detail = `${heard.address} advertises it too, with priority ${heard.priority}`;
    const subject = this.#hearing.parameters.router;
    this.#context.reporter.observe({ code: "two-active-routers", subject, detail }, heard.interval);
  }

  #arm(timer: "speak-again" | "hold", duration: Milliseconds): void {
    const action = { type: "arm-timer", timer, duration, generation: 0 } as const;
    performTimer(this.#context, `router:${this.name}`, action);
  }
}

function describe(faults: readonly TrackFailure[]): string {
  return faults.map(({ reason }) => reason).join("; ");
}
