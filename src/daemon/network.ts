import type { Engine } from "#engine/engine.ts";
import type { EngineInput, LeaseOutcomeInput } from "#engine/inputs.ts";
import type { Lease, LeaseOutcome, LogPort, NetworkPort } from "#engine/ports.ts";
import { KernelNetwork } from "#linux/netlink/kernel-network.ts";
import { isOwnLease } from "#linux/netlink/messages/lease-request.ts";
import type { NetworkChange } from "#linux/netlink/types.ts";
import { isOwnVirtualLink } from "#linux/netlink/virtual-links.ts";
import { openLan } from "./lan.ts";
import { removeLeftovers } from "./leftovers.ts";
import { createVirtualLinkPort } from "./virtual-links.ts";

type Operation = LeaseOutcomeInput["operation"];

/** Watches the kernel's network from now on, and removes what an earlier run left behind. */
export async function openNetwork(post: Engine["post"], log: LogPort): Promise<KernelNetwork> {
  const kernel = new KernelNetwork({
    onChange: (change) => {
      writeChange(log, change);
      const input = toInput(change);
      if (input !== undefined) post(input);
    },
    onOverrun: () => log.write("warn", "network.overrun", {}),
    onError: (code, detail) => log.write("error", "network.error", { code, detail }),
  });
  await kernel.start();
  await removeLeftovers(kernel, log);
  return kernel;
}

/** What of a change concerns the engine. */
function toInput(change: NetworkChange): EngineInput | undefined {
  // That a route of ours is there now is what the engine has asked for.
  if (change.type === "route-added") return undefined;
  if (change.type === "route-removed") return { type: "route-removed" };
  if ("link" in change && isOwnVirtualLink(change.link)) {
    return { type: "virtual-link-changed", name: change.link.name };
  }
  if (!("address" in change) || !isOwnLease(change.address)) return { type: "network-changed" };
  // That a lease is there now is what the engine has asked for.
  if (change.type !== "address-removed") return undefined;
  const { interfaceIndex, address } = change.address;
  return { type: "lease-removed", removed: { interfaceIndex, address } };
}

function writeChange(log: LogPort, { type, ...what }: NetworkChange): void {
  const level = type.startsWith("route") ? "debug" : "info";
  log.write(level, `network.${type}`, what);
}

/** The kernel's network as the engine wants it: what comes of a request is an input. */
export function createNetworkPort(
  kernel: KernelNetwork,
  post: Engine["post"],
  log: LogPort,
): NetworkPort {
  function report(
    operation: Operation,
    leg: string,
    { prefix: { address } }: Lease,
    outcome: Promise<LeaseOutcome>,
  ): void {
    void outcome.then((result) => {
      post({ type: "lease-outcome", leg, operation, address, outcome: result });
    });
  }
  const toRequest = ({ interfaceIndex, prefix, lifetime, prefixRoute = false }: Lease) => {
    const { address, prefixLength, attributes } = prefix;
    return { interfaceIndex, lifetime, prefixRoute, address, prefixLength, ...attributes };
  };
  return {
    link: (name) => kernel.links.find((link) => link.name === name),
    primaryAddress: (index, family) => kernel.primaryAddress(index, family),
    awaitsPrimaryAddress: (index) => kernel.awaitsPrimaryAddress(index),
    hasLease: (index, address) => kernel.addressesLike(index, address).some(isOwnLease),
    hasOwnAddress: (index, address) =>
      kernel.addressesLike(index, address).some((each) => !isOwnLease(each)),
    addLease: (leg, lease) => report("add", leg, lease, kernel.addLease(toRequest(lease))),
    renewLease: (leg, lease) => report("renew", leg, lease, kernel.renewLease(toRequest(lease))),
    removeLease: (leg, lease) => report("remove", leg, lease, kernel.removeLease(toRequest(lease))),
    openLan: (link, families) => openLan(link, families, post),
    ...createVirtualLinkPort(kernel, post, log),
  };
}
