/**
 * Runs on a host of a lab, started by leases.ts: gives the leases there a minute each, again and again,
 * because a daemon that lives makes them short at each renewal. ip(8) of Debian 12 cannot: an address
 * that it changes is marked as Gatepair's no more.
 */
import { seconds } from "#base/time.ts";
import { KernelNetwork } from "#linux/netlink/kernel-network.ts";
import { sleep } from "./time.ts";

const kernel = new KernelNetwork({ onChange: () => {} });
await kernel.start();
for (;;) {
  for (const { interfaceIndex, address, prefixLength } of kernel.ownLeases()) {
    await kernel.renewLease({ interfaceIndex, address, prefixLength, lifetime: seconds(60) });
  }
  await sleep(50);
}
