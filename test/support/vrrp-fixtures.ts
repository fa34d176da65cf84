import { parseIpAddress, type IpAddress } from "#base/ip-address.ts";
import { instant, milliseconds, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import type { VirtualRouterAction, VirtualRouterEvent } from "#vrrp/machine/events.ts";
import { initialState, stepVirtualRouter } from "#vrrp/machine/state-machine.ts";
import type {
  LegParameters,
  VirtualRouterParameters,
  TimerName,
  VirtualRouterState,
} from "#vrrp/virtual-router.ts";

export function ip(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (address === undefined) throw new Error(`${text} is no IP address`);
  return address;
}

export const reference: VirtualRouterParameters = {
  version: 3,
  priority: 100,
  advertisementInterval: seconds(1),
  preemptMode: true,
  preemptDelay: milliseconds(0),
  lossCount: 3,
  announcements: { rounds: 5, repeatDelay: seconds(5), refreshInterval: seconds(60) },
};

export const referenceLeg: LegParameters = {
  id: "web",
  router: "web",
  vrid: 51,
  interfaceName: "eth0",
  version: 3,
  advertisementInterval: seconds(1),
  addresses: [{ address: ip("172.16.178.137"), prefixLength: 32 }],
  ownsAddresses: false,
  authentication: { type: "none" },
  virtualLink: undefined,
  sentChecksum: "with-pseudo-header",
  peers: [],
};

export const localAddress = ip("172.16.178.138");
export const peerAddress = ip("172.16.178.136");

export function advertisement(change: Partial<Advertisement> = {}): Advertisement {
  return {
    version: 3,
    vrid: 51,
    priority: 100,
    interval: seconds(1),
    addresses: [ip("172.16.178.137")],
    authentication: { type: "none" },
    ...change,
  };
}

/** Drives one Virtual Router by hand, its clock included; keeps what it asked for. */
export class Driven {
  readonly parameters: VirtualRouterParameters;
  state: VirtualRouterState;
  now = 0;
  actions: readonly VirtualRouterAction[] = [];

  constructor(change: Partial<VirtualRouterParameters> = {}) {
    this.parameters = { ...reference, ...change };
    this.state = initialState(this.parameters, instant(0));
  }

  post(event: VirtualRouterEvent): this {
    const step = stepVirtualRouter(this.parameters, this.state, event, instant(this.now));
    this.state = step.state;
    this.actions = step.actions;
    return this;
  }

  startup(): this {
    return this.post({ type: "startup", text: "all is well" });
  }

  hear(change: Partial<Advertisement> = {}, source = peerAddress): this {
    const { version } = this.parameters;
    const heard = advertisement({ version, ...change });
    return this.post({ type: "advertisement", advertisement: heard, source, localAddress });
  }

  /** Lets the newest timer of that name fire, `late` milliseconds after it is due. */
  fire(timer: TimerName, late = 0): this {
    const generation = this.state.timers[timer];
    if (generation === undefined) throw new Error(`${timer} is not armed`);
    if (timer === "active-down" || timer === "advertisement") this.now = this.state.due + late;
    return this.post({ type: "timer-fired", timer, generation });
  }

  toActive(): this {
    return this.startup().fire("active-down");
  }

  /** The actions as short words, durations included. */
  words(): string[] {
    return this.actions.map((action) => {
      if (action.type === "arm-timer") return `arm ${action.timer} ${action.duration}`;
      if (action.type === "cancel-timer") return `cancel ${action.timer}`;
      if (action.type === "send-advertisement") return `advertise ${action.priority}`;
      if (action.type === "transition") return `${action.from} -> ${action.to}`;
      return action.type;
    });
  }
}

export const instantly = milliseconds(0);
