import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { IpFamily } from "#base/ip-address.ts";

/** One kernel setting: its path below /proc/sys and the value that Gatepair needs. */
export interface Sysctl {
  readonly path: string;
  readonly value: string;
}

export type SysctlOutcome =
  | { readonly type: "unchanged" | "absent"; readonly path: string; readonly value: string }
  | {
      readonly type: "changed";
      readonly path: string;
      readonly value: string;
      readonly previous: string;
    }
  | {
      readonly type: "failed";
      readonly path: string;
      readonly value: string;
      /** The name of an errno; EINVAL as well when the kernel did not take the value. */
      readonly code: string;
      /** What is wrong, and what to do. */
      readonly message: string;
    };

const kernelRoot = "/proc/sys";

/**
 * What Gatepair needs of the kernel (ip-sysctl.rst in the kernel's documentation):
 * - promote_secondaries, or the end of one address of a subnet takes the others with it;
 * - ip_nonlocal_bind, or nginx refuses a configuration that names an address of the other host.
 */
export function neededSysctls(interfaceNames: readonly string[]): readonly Sysctl[] {
  const names = ["all", ...new Set(interfaceNames.filter(isInterfaceName))];
  return [
    ...names.map((name) => ({ path: `net/ipv4/conf/${name}/promote_secondaries`, value: "1" })),
    { path: "net/ipv4/ip_nonlocal_bind", value: "1" },
    { path: "net/ipv6/ip_nonlocal_bind", value: "1" },
  ];
}

const noIpv6 = [{ key: "disable_ipv6", value: "1" }];

const quietIpv6 = [
  { key: "disable_ipv6", value: "0" },
  { key: "addr_gen_mode", value: "1" },
  { key: "accept_ra", value: "0" },
];

/**
 * What an interface with a virtual MAC address, and the one below it, need (RFC 9568, 6.4.3: ARP
 * for a virtual address is answered with the virtual MAC address and no other):
 * - arp_ignore=1: each answers for its own addresses only, or both would answer for all;
 * - arp_announce=2: packets from the virtual address leave by the interface below, and its ARP
 *   requests would say that the virtual address is at its own MAC address;
 * - rp_filter=2: what comes to the virtual MAC address comes from where the other interface leads,
 *   and 1 would drop it. Not 0: the greater of this and conf/all counts;
 * - no IPv6 where the addresses are of IPv4, and no other address than ours where they are of
 *   IPv6: neither one that the kernel makes itself, nor one by Router Advertisement.
 */
export function virtualLinkSysctls(
  family: IpFamily,
  name: string,
  parent: string,
): readonly Sysctl[] {
  const settings = family === "ipv4" ? noIpv6 : quietIpv6;
  if (![name, parent].every(isInterfaceName)) return [];
  return [
    ...[name, parent].flatMap((each) => [
      { path: `net/ipv4/conf/${each}/arp_ignore`, value: "1" },
      { path: `net/ipv4/conf/${each}/arp_announce`, value: "2" },
    ]),
    { path: `net/ipv4/conf/${name}/rp_filter`, value: "2" },
    ...settings.map(({ key, value }) => ({ path: `net/ipv6/conf/${name}/${key}`, value })),
  ];
}

/**
 * A name as the kernel accepts it (dev_valid_name in net/core/dev.c). It is used as part of a path:
 * dots are allowed ("eth0.100"), "." and ".." and slashes are not.
 */
export function isInterfaceName(name: string): boolean {
  const length = Buffer.byteLength(name);
  return length > 0 && length < 16 && name !== "." && name !== ".." && !/[/:\s\0]/.test(name);
}

/**
 * Sets what is not set yet and reads it back. Never rejects. "absent" is a setting that the kernel
 * does not have: no IPv6, or no such interface yet.
 */
export function applySysctls(
  sysctls: readonly Sysctl[],
  root = kernelRoot,
): Promise<readonly SysctlOutcome[]> {
  return Promise.all(sysctls.map((sysctl) => applySysctl(sysctl, root)));
}

async function applySysctl(sysctl: Sysctl, root: string): Promise<SysctlOutcome> {
  const file = join(root, sysctl.path);
  try {
    const previous = await readValue(file);
    if (previous === sysctl.value) return { type: "unchanged", ...sysctl };
    // Without O_CREAT: what is not there is not to be made.
    await writeFile(file, `${sysctl.value}\n`, { flag: "r+" });
    const now = await readValue(file);
    return now === sysctl.value
      ? { type: "changed", ...sysctl, previous }
      : failure(sysctl, "EINVAL", `it is ${now} after writing ${sysctl.value}`);
  } catch (error) {
    const { code = "UNKNOWN", message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { type: "absent", ...sysctl } : failure(sysctl, code, message);
  }
}

async function readValue(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trim();
}

function failure(sysctl: Sysctl, code: string, detail: string): SysctlOutcome {
  const setting = `${sysctl.path}=${sysctl.value}`;
  const advice = `set it from outside: a line "${setting}" in /etc/sysctl.d/ of the host (sysctl.d(5))`;
  const message = `cannot set ${setting}: ${detail}; ${reasons[code] ?? ""}${advice}`;
  return { type: "failed", ...sysctl, code, message };
}

const reasons: Readonly<Record<string, string>> = {
  EROFS: "/proc/sys is mounted read-only, as in a container; ",
  EACCES: "root or CAP_NET_ADMIN is needed; ",
  EPERM: "root or CAP_NET_ADMIN is needed; ",
};
