import { ownerPriority } from "#vrrp/constants.ts";
import { virtualLinkName } from "#vrrp/virtual-mac.ts";
import type { VirtualRouterConfig } from "../config.ts";
import { error, quote } from "../issue.ts";
import type { Finding, Path } from "../issue.ts";
import { familiesOf } from "./family-rules.ts";
import type { Claim } from "./claim.ts";

/** An owner's addresses are on its interface, whose own MAC address answers for them. */
export function checkVirtualMac(
  { virtualMac, priority }: VirtualRouterConfig,
  path: Path,
): Finding[] {
  if (!virtualMac || priority !== ownerPriority) return [];
  const message =
    "found with priority 255, whose addresses are on the interface itself; accepted: with a priority of 1 to 254";
  return [{ ...error([...path, "virtual_mac"], message), at: "key" }];
}

/** Of a long name only the end is in that of the interface, so that two may come to be the same. */
export function virtualMacClaims(router: VirtualRouterConfig, path: Path): Claim[] {
  if (!router.virtualMac) return [];
  return familiesOf(router).map((family) => {
    const name = virtualLinkName(family, router.vrid, router.interface);
    const found = `virtual_mac whose interface is called ${quote(name)}`;
    return { id: `interface ${name}`, found, path: [...path, "virtual_mac"] };
  });
}
