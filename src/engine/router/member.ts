import type { VirtualRouterView } from "#alerts/notification.ts";
import { elapsed, type Instant } from "#base/time.ts";
import type { HeardRouter, VirtualRouterState } from "#vrrp/virtual-router.ts";
import type { Leg, LegCounters } from "./leg.ts";

/** One virtual router of the configuration: those legs of a unit that bear its name. */
export class Member {
  readonly name: string;
  readonly legs: readonly [Leg, ...Leg[]];

  constructor(legs: readonly [Leg, ...Leg[]]) {
    this.legs = legs;
    this.name = legs[0].parameters.router;
  }

  static of(legs: readonly Leg[]): Member[] {
    const byName = Map.groupBy(legs, ({ parameters }) => parameters.router);
    return [...byName.values()].map(([first, ...rest]) => new Member([first as Leg, ...rest]));
  }

  get vrid(): number {
    return this.legs[0].parameters.vrid;
  }

  get interfaceName(): string {
    return this.legs[0].parameters.interfaceName;
  }

  /** The last that was heard of another router, on whichever leg. */
  get heard(): HeardRouter | undefined {
    const all = this.legs.flatMap(({ heard }) => heard ?? []);
    return all.reduce<HeardRouter | undefined>(
      (newest, heard) => (newest !== undefined && newest.at >= heard.at ? newest : heard),
      undefined,
    );
  }

  get counters(): LegCounters {
    const sum = (key: keyof LegCounters) =>
      this.legs.reduce((total, { counters }) => total + counters[key], 0);
    return { sent: sum("sent"), received: sum("received"), sendErrors: sum("sendErrors") };
  }

  view({ role, priority }: VirtualRouterState, now: Instant): VirtualRouterView {
    const { name, vrid, interfaceName, heard } = this;
    const addresses = this.legs.flatMap(({ parameters }) =>
      parameters.addresses.map(({ address }) => address),
    );
    const peer = heard && {
      address: heard.address,
      priority: heard.priority,
      lastHeardAgo: elapsed(heard.at, now),
    };
    return { name, vrid, interfaceName, role, priority, addresses, peer };
  }
}
