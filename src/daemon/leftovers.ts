import { formatAddressPrefix } from "#base/ip-address.ts";
import type { LogPort } from "#engine/ports.ts";
import type { KernelNetwork } from "#linux/netlink/kernel-network.ts";

/** Removes what a daemon that did not end in order has left in the kernel. Never rejects. */
export async function removeLeftovers(kernel: KernelNetwork, log: LogPort): Promise<void> {
  for (const { destination, table, metric } of kernel.ownRoutes.all()) {
    const outcome = await kernel.ownRoutes.remove({ destination, table, metric });
    const route = formatAddressPrefix(destination);
    log.write("warn", "route.stale-removed", { route, table, ...outcome });
  }
  for (const { interfaceIndex, address, prefixLength } of kernel.ownLeases()) {
    const outcome = await kernel.removeLease({ interfaceIndex, address, prefixLength });
    log.write("warn", "address.stale-removed", { address, ...outcome });
  }
  for (const { name, outcome } of await kernel.virtualLinks.removeAll()) {
    log.write("warn", "interface.stale-removed", { name, ...outcome });
  }
}
