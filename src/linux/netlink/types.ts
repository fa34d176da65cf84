import type { AddressPrefix, IpAddress } from "#base/ip-address.ts";
import type { Link as EngineLink } from "#engine/ports.ts";

/** A network interface. The index is its identity; a name may move to another interface. */
export interface Link extends EngineLink {
  readonly mtu: number;
  readonly loopback: boolean;
  /** The driver's own word for what it is: "macvlan", "veth"; empty for hardware. */
  readonly kind: string;
  /** The interface below, of those that have one. */
  readonly parentIndex: number | undefined;
}

/** An address of an interface. Interface, address and prefix length are its identity. */
export interface InterfaceAddress {
  readonly interfaceIndex: number;
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host. */
  readonly scope: number;
  /** IFA_F_* bits. */
  readonly flags: number;
  /** Empty for IPv6. */
  readonly label: string;
  /** Who added it (IFA_PROTO); 0 when unknown. */
  readonly protocol: number;
  /** Seconds left when the kernel last spoke of it; undefined is forever. */
  readonly validLifetime: number | undefined;
}

/**
 * A unicast route outside the table `local`. All fields together are its identity. A route
 * with several next hops has neither gateway nor interface here.
 */
export interface Route {
  readonly destination: AddressPrefix;
  readonly gateway: IpAddress | undefined;
  readonly interfaceIndex: number | undefined;
  /** 254 is the table `main`. */
  readonly table: number;
  /** RTPROT_*: 2 kernel, 3 boot, 4 static, 16 DHCP; see rtnetlink(7). */
  readonly protocol: number;
  readonly metric: number;
  readonly typeOfService: number;
}

/** What the kernel says about one thing: it is there like this, or it is gone. */
export type KernelMessage =
  | { readonly type: "link"; readonly present: boolean; readonly link: Link }
  | { readonly type: "address"; readonly present: boolean; readonly address: InterfaceAddress }
  | {
      readonly type: "route";
      readonly present: boolean;
      readonly route: Route;
      /** It took the place of another route, of whose removal the kernel says nothing. */
      readonly replaces: boolean;
    };

export type NetworkChange =
  | { readonly type: "link-added" | "link-removed"; readonly link: Link }
  | { readonly type: "link-changed"; readonly link: Link; readonly previous: Link }
  | { readonly type: "address-added" | "address-removed"; readonly address: InterfaceAddress }
  | {
      readonly type: "address-changed";
      readonly address: InterfaceAddress;
      readonly previous: InterfaceAddress;
    }
  | { readonly type: "route-added" | "route-removed"; readonly route: Route };

/** What became of a request. `code` is an errno name or one of this room's own codes. */
export type RequestOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string };
