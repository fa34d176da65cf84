import { fileURLToPath } from "node:url";
import type { Gatepair } from "./gatepair.ts";
import { until } from "./time.ts";

const program = fileURLToPath(new URL("lease-process.ts", import.meta.url));

/**
 * Kills the daemon, and leaves its addresses there for most of a minute: so long that who removes them
 * is not the kernel, however slow the machine is.
 */
export async function killLeavingAddresses(
  { host, process: daemon }: Gatepair,
  addresses: readonly string[],
): Promise<void> {
  const lengthening = await host.start([process.execPath, program], "lease-process");
  const isLong = async (): Promise<boolean> => {
    const all = [...(await host.addresses(4)), ...(await host.addresses(6))];
    const leased = all.filter(({ address }) => addresses.includes(address));
    return leased.length === addresses.length && leased.every(({ validFor = 0 }) => validFor > 30);
  };
  const wait = { what: `leases of a minute on ${host.name}`, limit: 15_000 };
  await until(wait, isLong);
  daemon.kill("SIGKILL");
  await daemon.exited;
  await until(wait, isLong); // the daemon may have shortened them once more
  await lengthening.stop("SIGKILL");
}
