import { formatAddressPrefix, type IpAddress } from "#base/ip-address.ts";
import { elapsed, type Instant, seconds } from "#base/time.ts";
import type { Context } from "../context.ts";
import type { RouteOutcomeInput } from "../inputs.ts";
import { performTimer } from "../outlet.ts";
import type { RouteSettings } from "../settings.ts";
import { leaseLifetime } from "./address-keeper.ts";

/** How often it is seen to that the routes are there, and stay: a third of the time that they get. */
const checkInterval = seconds(1);

/**
 * The routes of one unit: there while it is Active, else not. One that cannot be had is told, and
 * tried again; it is no fault, because the addresses serve without it.
 */
export class RouteKeeper {
  readonly #context: Context;
  readonly #unit: string;
  readonly #routes: ReadonlyMap<string, RouteSettings>;
  #held = false;
  #reinstatedAt: Instant | undefined;

  constructor(context: Context, unit: string, routes: readonly RouteSettings[]) {
    this.#context = context;
    this.#unit = unit;
    this.#routes = new Map(routes.map((route) => [routeSubject(route), route]));
  }

  /** By the kernel's own table. */
  isPresent(route: RouteSettings): boolean {
    return this.#context.ports.routes.has(route);
  }

  /** Adds them: the addresses that they come from are there. */
  hold(): void {
    if (this.#routes.size === 0) return;
    this.#held = true;
    this.#check();
    this.#arm();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const [subject, route] of this.#routes) {
      this.#context.ports.routes.remove(route);
      this.#report(subject, undefined);
    }
  }

  timerFired(): void {
    if (!this.#held) return;
    this.#check();
    this.#arm();
  }

  /** Somebody may have removed one: it is back at once, but only so often. */
  routesChanged(now: Instant): void {
    if (!this.#held) return;
    const last = this.#reinstatedAt;
    // The next check adds it: that is soon enough against a fight.
    if (last !== undefined && elapsed(last, now) < checkInterval) return;
    this.#reinstatedAt = now;
    this.#check();
  }

  /**
   * The kernel removes an IPv4 route together with the address that it comes from; one of IPv6 goes on
   * without it, and connections through it would come from another. So it is made anew.
   */
  sourceRemoved(address: IpAddress): void {
    if (!this.#held) return;
    const losing = this.#routes.values().filter(({ source }) => source === address);
    for (const route of losing) this.#context.ports.routes.remove(route);
    this.#check();
  }

  outcome({ route, outcome }: RouteOutcomeInput): void {
    if (this.#held) this.#report(route, outcome.ok ? undefined : outcome.message);
  }

  #check(): void {
    const { network, routes } = this.#context.ports;
    for (const [subject, route] of this.#routes) {
      const { interfaceName } = route;
      const link = interfaceName === undefined ? undefined : network.link(interfaceName);
      if (interfaceName !== undefined && link === undefined) {
        this.#report(subject, `there is no interface ${interfaceName}`);
      } else {
        const terms = { interfaceIndex: link?.index, lifetime: leaseLifetime };
        routes.hold({ unit: this.#unit, route: subject }, route, terms);
      }
    }
  }

  #report(subject: string, problem: string | undefined): void {
    this.#context.reporter.set("route-missing", subject, problem);
  }

  #arm(): void {
    performTimer(this.#context, `routes:${this.#unit}`, {
      type: "arm-timer",
      timer: "check",
      duration: checkInterval,
      generation: 0,
    });
  }
}

/** What it is called in conditions and outcomes; different for each route of the configuration. */
export function routeSubject({ destination, table, metric }: RouteSettings): string {
  const network = formatAddressPrefix(destination);
  const to = network === "0.0.0.0/0" ? "default" : network;
  const attributes = [
    ...(metric === 0 ? [] : [`metric ${metric}`]),
    ...(table === mainTable ? [] : [`table ${table}`]),
  ];
  return [to, ...attributes].join(" ");
}

/** RT_TABLE_MAIN of rtnetlink(7). */
const mainTable = 254;
