import { formatAddressPrefix } from "#base/ip-address.ts";
import type { VirtualRouterConfig } from "../config.ts";
import { formatDuration } from "../duration.ts";

type Words = (router: VirtualRouterConfig) => string;

/** The keys of virtual routers that are compared, in words that differ if the values do. */
export const routerWords = {
  vrrp_version: (router) => String(router.vrrpVersion),
  priority: (router) => String(router.priority),
  advertisement_interval: (router) => formatDuration(router.advertisementInterval),
  loss_count: (router) => String(router.lossCount),
  start_delay: (router) => formatDuration(router.startDelay),
  preempt: (router) => String(router.preempt),
  preempt_delay: (router) => formatDuration(router.preemptDelay),
  announcements: ({ announcements: { rounds, repeatDelay, refreshInterval } }) =>
    `${rounds} rounds, again after ${formatDuration(repeatDelay)}, each ${formatDuration(refreshInterval)}`,
  unicast_peers: ({ unicastPeers }) => (unicastPeers ? "unicast" : "multicast"),
  accept: (router) => String(router.accept),
  virtual_mac: (router) => String(router.virtualMac),
  addresses: (router) => router.addresses.map(formatAddressPrefix).toSorted().join(", "),
} as const satisfies Readonly<Record<string, Words>>;

export type ComparedKey = keyof typeof routerWords;
