import { milliseconds } from "#base/time.ts";
import type { LegParameters, VirtualRouterParameters } from "#vrrp/virtual-router.ts";

/** What a recording does not tell of a machine, as one that is older than the key does not. */
export const parameterDefaults: Omit<
  VirtualRouterParameters,
  "version" | "priority" | "advertisementInterval"
> = {
  preemptMode: true,
  preemptDelay: milliseconds(0),
  lossCount: 3,
  announcements: {
    rounds: 1,
    repeatDelay: milliseconds(0),
    refreshInterval: milliseconds(0),
  },
};

/** What a recording does not tell of a leg. */
export const legDefaults: Pick<
  LegParameters,
  "ownsAddresses" | "authentication" | "sentChecksum" | "peers" | "virtualLink"
> = {
  ownsAddresses: false,
  authentication: { type: "none" },
  sentChecksum: "with-pseudo-header",
  peers: [],
  virtualLink: undefined,
};
