import { messageFlag, messageType } from "./messages/constants.ts";
import type { InterfaceTable } from "./interface-table.ts";
import {
  isIpv6Route,
  type OwnRoute,
  routePayload,
  routeRemovalPayload,
  type RouteRequest,
} from "./messages/route-request.ts";
import type { RequestChannel } from "./request-channel.ts";
import type { RequestOutcome, Route } from "./types.ts";

/** Routes that Gatepair adds; those of others are not touched. */
export class OwnRoutes {
  readonly #table: InterfaceTable;
  readonly #channel: RequestChannel;

  constructor(table: InterfaceTable, channel: RequestChannel) {
    this.#table = table;
    this.#channel = channel;
  }

  /** Those that are there, of an earlier run too. */
  all(): readonly Route[] {
    return [...this.#table.ownRoutes.values()];
  }

  has(wanted: OwnRoute): boolean {
    return this.#table.hasOwnRoute(wanted);
  }

  /**
   * Adds it, or renews it where it is there. The kernel has acted when the call returns. Codes: FOREIGN, or an
   * errno, like ENETUNREACH for a gateway that is on no network of this host.
   */
  async hold(route: RouteRequest): Promise<RequestOutcome> {
    const isThere = this.has(route);
    // One of IPv4 ends with its source: that is what is renewed.
    if (isThere && !isIpv6Route(route)) return { ok: true };
    // The same IPv6 route once more is its renewal, and said to exist (fib6_add_rt2node in net/ipv6/ip6_fib.c).
    const flags = messageFlag.create | (isThere ? 0 : messageFlag.exclusive);
    const type = messageType.newRoute;
    const { outcome } = await this.#channel.request({ type, flags, payload: routePayload(route) });
    if (outcome.ok || outcome.code !== "EEXIST") return outcome;
    return isThere || this.has(route) ? { ok: true } : foreign;
  }

  /** Codes: ESRCH when it is not there, or another errno. */
  async remove(route: OwnRoute): Promise<RequestOutcome> {
    const payload = routeRemovalPayload(route);
    const { outcome } = await this.#channel.request({
      type: messageType.delRoute,
      flags: 0,
      payload,
    });
    return outcome;
  }
}

const foreign: RequestOutcome = {
  ok: false,
  code: "FOREIGN",
  message: "there is another route to the same destination with the same metric",
};
