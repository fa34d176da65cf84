import type { TimerFired } from "#base/step.ts";
import { addTime, elapsed, type Instant, type Milliseconds, milliseconds } from "#base/time.ts";
import type { VirtualRouterAction } from "./events.ts";
import type { Reason } from "../reason.ts";
import { activeDownInterval, skewTime } from "./timers.ts";
import type {
  ReceivedAdvertisement,
  Role,
  TimerName,
  VirtualRouterParameters,
  VirtualRouterState,
} from "../virtual-router.ts";

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** One event's way through the state machine: gathers the next state and the actions. */
export class Turn {
  readonly parameters: VirtualRouterParameters;
  readonly now: Instant;
  readonly #actions: VirtualRouterAction[] = [];
  /** Our own copy, to be changed in place: with one for each change most of a turn is copying. */
  readonly #state: Mutable<VirtualRouterState>;

  constructor(parameters: VirtualRouterParameters, state: VirtualRouterState, now: Instant) {
    this.parameters = parameters;
    this.now = now;
    this.#state = { ...state };
  }

  get state(): VirtualRouterState {
    return this.#state;
  }

  result(): { state: VirtualRouterState; actions: readonly VirtualRouterAction[] } {
    return { state: this.#state, actions: this.#actions };
  }

  update(change: Partial<VirtualRouterState>): void {
    Object.assign(this.#state, change);
  }

  act(action: VirtualRouterAction): void {
    this.#actions.push(action);
  }

  advertise(priority = this.#state.priority): void {
    this.act({ type: "send-advertisement", priority });
  }

  enter(to: Role, reason: Reason): void {
    const from = this.#state.role;
    this.update({ role: to, since: this.now, reason });
    this.act({ type: "transition", from, to, reason });
  }

  arm(timer: TimerName, duration: Milliseconds): void {
    const generation = this.#state.generation + 1;
    const timers = { ...this.#state.timers, [timer]: generation };
    const isOfRole = timer === "active-down" || timer === "advertisement";
    const due = isOfRole ? addTime(this.now, duration) : this.#state.due;
    this.update({ generation, timers, due });
    this.act({ type: "arm-timer", timer, duration, generation });
  }

  cancel(timer: TimerName): void {
    const { [timer]: armed, ...timers } = this.#state.timers;
    if (armed === undefined) return;
    this.update({ timers });
    this.act({ type: "cancel-timer", timer });
  }

  /** Whether the firing is of the timer as it is armed now, which then is armed no more. */
  takeTimer({ timer, generation }: TimerFired<TimerName>): boolean {
    const { [timer]: armed, ...timers } = this.#state.timers;
    if (armed !== generation) return false;
    this.update({ timers });
    return true;
  }

  /** How much later than due this event is: more than a little means that this host stood still. */
  lateness(): Milliseconds {
    return elapsed(this.#state.due, this.now);
  }

  hear({ advertisement, source }: ReceivedAdvertisement): void {
    const { priority, interval } = advertisement;
    this.update({ heard: { address: source, priority, interval, at: this.now } });
  }

  /** Version 3 learns the Active Router's interval; version 2 refuses another than its own. */
  learnInterval({ advertisement }: ReceivedAdvertisement): void {
    this.update({ activeAdverInterval: advertisement.interval });
  }

  skewTime(): Milliseconds {
    return skewTime(this.#timerInputs());
  }

  activeDownInterval(): Milliseconds {
    return activeDownInterval(this.#timerInputs());
  }

  /** One Active_Adver_Interval and Skew_Time: long enough to hear whoever is Active. */
  listeningInterval(): Milliseconds {
    return milliseconds(this.#state.activeAdverInterval + this.skewTime());
  }

  #timerInputs() {
    const { priority, activeAdverInterval } = this.#state;
    const { version, lossCount } = this.parameters;
    return { version, priority, lossCount, activeAdverInterval };
  }
}
