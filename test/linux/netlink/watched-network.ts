import { ip } from "../../support/netns.ts";
import { KernelNetwork, type KernelNetworkOptions } from "#linux/netlink/kernel-network.ts";
import { seconds } from "#base/time.ts";
import type { NetworkChange } from "#linux/netlink/types.ts";
import { ipAddress } from "./fixtures.ts";

type Told = (change: NetworkChange) => void;

/** The network of this process, with everything that was told about it. */
export interface WatchedNetwork {
  readonly kernel: KernelNetwork;
  readonly changes: NetworkChange[];
  readonly errors: string[];
  overruns: number;
  /** The first change from now on that `matches`; rejects after 15 s. */
  next(matches: (change: NetworkChange) => boolean): Promise<NetworkChange>;
}

export async function watchNetwork(
  options: Partial<KernelNetworkOptions> = {},
): Promise<WatchedNetwork> {
  const waiting = new Set<Told>();
  const kernel = new KernelNetwork({
    ...options,
    onChange: (change) => {
      watched.changes.push(change);
      for (const told of waiting) told(change);
    },
    onOverrun: () => (watched.overruns += 1),
    onError: (code, detail) => watched.errors.push(`${code}: ${detail}`),
  });
  const watched: WatchedNetwork = {
    kernel,
    changes: [],
    errors: [],
    overruns: 0,
    next: (matches) => nextChange(waiting, matches),
  };
  await kernel.start();
  return watched;
}

function nextChange(
  waiting: Set<Told>,
  matches: (change: NetworkChange) => boolean,
): Promise<NetworkChange> {
  const { promise, resolve, reject } = Promise.withResolvers<NetworkChange>();
  const told: Told = (change) => matches(change) && resolve(change);
  const timer = setTimeout(() => reject(new Error("no such change within 15 s")), 15_000);
  waiting.add(told);
  return promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(told);
  });
}

/** What a person sees: own addresses with their lifetimes, and routes. */
export function hostState(): string {
  const [link] = JSON.parse(ip("-4 -json address show dev gp0")) as [{ addr_info: object[] }];
  return JSON.stringify([link.addr_info, ip("-4 route show table all")]);
}

/** A lease as the daemon asks for it, for 3 s. */
export function leaseOn(interfaceIndex: number, address: string) {
  return { interfaceIndex, address: ipAddress(address), lifetime: seconds(3) };
}
