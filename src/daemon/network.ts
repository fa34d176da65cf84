import type { Engine } from "#engine/engine.ts";
import type { LeaseOutcomeInput } from "#engine/inputs.ts";
import type { Lease, LeaseOutcome, NetworkPort } from "#engine/ports.ts";
import type { KernelNetwork } from "#linux/netlink/kernel-network.ts";
import { primaryAddress } from "#linux/netlink/primary-address.ts";
import { openLan } from "./lan.ts";

type Operation = LeaseOutcomeInput["operation"];

/** The kernel's network as the engine wants it: what comes of a request is an input. */
export function createNetworkPort(kernel: KernelNetwork, post: Engine["post"]): NetworkPort {
  function report(
    operation: Operation,
    router: string,
    { prefix }: Lease,
    outcome: Promise<LeaseOutcome>,
  ): void {
    const { address } = prefix;
    void outcome.then((result) => {
      post({ type: "lease-outcome", router, operation, address, outcome: result });
    });
  }
  const toRequest = ({ interfaceIndex, prefix, lifetime }: Lease) => ({
    interfaceIndex,
    address: prefix.address,
    prefixLength: prefix.prefixLength,
    lifetime,
  });
  return {
    link: (name) => kernel.links.values().find((link) => link.name === name),
    primaryAddress: (index) => primaryAddress(kernel.addresses, index),
    hasLease: (index, address) =>
      kernel.ownLeases().some((own) => own.interfaceIndex === index && own.address === address),
    addLease: (router, lease) => report("add", router, lease, kernel.addLease(toRequest(lease))),
    renewLease: (router, lease) =>
      report("renew", router, lease, kernel.renewLease(toRequest(lease))),
    removeLease: (router, lease) =>
      report("remove", router, lease, kernel.removeLease(toRequest(lease))),
    openLan: (link) => openLan(link, post),
  };
}
