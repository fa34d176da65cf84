import { getSystemErrorName } from "node:util";
import type { LogPort } from "#engine/ports.ts";
import { gatepairNative } from "#linux/native.ts";
import { applySysctls, neededSysctls } from "#linux/sysctl.ts";

/**
 * Sets what the virtual addresses and nginx need of the kernel, and checks that it holds. What
 * cannot be set (a read-only /proc/sys) is said; everything else goes on.
 * What is started from here on inherits neither real-time scheduling nor what we have open.
 */
export async function prepareKernel(
  interfaceNames: readonly string[],
  log: LogPort,
): Promise<void> {
  const errno = gatepairNative().preventInheritance();
  if (errno !== 0) log.write("error", "inheritance.failed", { errno: getSystemErrorName(errno) });
  for (const outcome of await applySysctls(neededSysctls(interfaceNames))) {
    if (outcome.type === "failed") log.write("error", "sysctl.failed", { ...outcome });
    else if (outcome.type === "changed") log.write("info", "sysctl.changed", { ...outcome });
  }
}
