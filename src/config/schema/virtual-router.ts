import { announcementsSchema } from "./announcements.ts";
import { failureEffectSchema, trackedInterfaceSchema } from "./failure-effect.ts";
import { trackedCheckSchema, trackedFileSchema } from "./failure-effect.ts";
import { choice, duration, flag, interfaceName, list, routerName } from "./fields.ts";
import { section, text, wholeNumber } from "./fields.ts";
import { virtualAddressSchema } from "./virtual-address.ts";
import { virtualRouteSchema } from "./virtual-route.ts";
import { unicastPeerSchema } from "./unicast-peer.ts";

const authenticationSchema = section({
  type: choice("simple").describe(
    "Simple text password (RFC 2338, 5.3.6.2; auth_type PASS of keepalived): against mistakes, not against attackers",
  ),
  key: text("a text of 1 to 8 printable ASCII characters", /^[ -~]{1,8}$/).describe(
    "The password, the same on both hosts, 1 to 8 printable ASCII characters; digits alone want quotes",
  ),
});

const trackSchema = section({
  nginx: failureEffectSchema
    .optional()
    .describe(
      "What a failure of nginx does to this virtual router; {} is the same as on_failure: fault",
    ),
  interfaces: list(trackedInterfaceSchema, 0, 32)
    .default([])
    .describe("Interfaces whose failure counts against this virtual router, 0 to 32"),
  checks: list(trackedCheckSchema, 0, 255)
    .default([])
    .describe("Named checks whose failure counts against this virtual router, 0 to 255"),
  files: list(trackedFileSchema, 0, 32)
    .default([])
    .describe("Files with a number that counts against this virtual router, 0 to 32"),
});

export const virtualRouterSchema = section({
  name: routerName().describe(
    "Name in logs, status and mail; unique in the file; 1 to 32 of a-z, A-Z, 0-9, _, . and -",
  ),
  vrid: wholeNumber(1, 255).describe(
    "Virtual Router Identifier, 1 to 255, the same on both hosts, unique on the interface in each family (RFC 9568, 5.2.3)",
  ),
  interface: interfaceName().describe("The interface that carries Advertisements and addresses"),
  vrrp_version: choice(2, 3)
    .default(3)
    .describe("VRRP version: 3 (RFC 9568) or 2 (RFC 3768, the default of keepalived)"),
  priority: wholeNumber(1, 255)
    .default(100)
    .describe(
      "Priority, 1 to 254; the highest becomes Active. 255: the addresses are this host's own, which is Active whenever it runs (RFC 9568, 5.2.4)",
    ),
  advertisement_interval: duration("10ms", "255s")
    .prefault("1s")
    .describe(
      "Advertisement_Interval, the same on both hosts; version 3: 10ms to 40.95s in steps of 10ms, version 2: whole seconds, 1s to 255s",
    ),
  loss_count: wholeNumber(1, 100)
    .default(3)
    .describe(
      "Advertisements in a row that may be lost before a Backup takes over, 1 to 100 (RFC 9568, 6.1 has 3)",
    ),
  start_delay: duration("0s", "10m")
    .prefault("0s")
    .describe(
      "How long to hold still after the start, and after the interface came up: for switches and bonds that carry nothing at first; 0s to 10m",
    ),
  preempt: flag()
    .default(true)
    .describe(
      "Preempt_Mode: a Backup with a higher priority takes over from an Active (RFC 9568, 6.1)",
    ),
  preempt_delay: duration("0s", "1000s")
    .prefault("0s")
    .describe(
      "How long a lower Active is left in peace, from its first Advertisement on; 0s to 1000s",
    ),
  addresses: list(virtualAddressSchema, 1, 510).describe(
    "Virtual addresses of IPv4, IPv6 (version 3 only) or both, which move together; 1 to 255 of each, the same on both hosts; /32 or /128 unless a prefix is given, or a map for more; the first of IPv6 is link-local (RFC 9568, 5.2.9)",
  ),
  accept: flag()
    .default(true)
    .describe(
      "Accept_Mode (RFC 9568, 6.1), the same on both hosts: nginx wants true; with false packets to the addresses are dropped (nftables), and the host only forwards",
    ),
  unicast_peers: list(unicastPeerSchema, 1, 32)
    .optional()
    .describe(
      "The other hosts' own addresses (of IPv6 the link-local ones), to speak to them by unicast, and to nobody else; without: multicast",
    ),
  checksum: choice("with_pseudo_header", "message_only")
    .default("with_pseudo_header")
    .describe(
      "What the checksum of version 3 over IPv4 covers when sent; keepalived and FRR count the pseudo-header in, RFC 9568 (5.2.8) does not; either is accepted",
    ),
  announcements: announcementsSchema
    .prefault({})
    .describe(
      "Gratuitous ARP and Neighbor Advertisements: how the network learns where the addresses are",
    ),
  routes: list(virtualRouteSchema, 0, 64)
    .default([])
    .describe("Routes that are there while this host is Active, 0 to 64"),
  virtual_mac: flag()
    .default(false)
    .describe(
      "Virtual MAC addresses 00:00:5e:00:01:VRID (IPv4) and 00:00:5e:00:02:VRID (IPv6; RFC 9568, 7.3) for the addresses, on interfaces gp4-VRID-INTERFACE and gp6-VRID-INTERFACE: clients keep their ARP and neighbor entries at a failover; not for networks that allow one MAC address a port",
    ),
  authentication: authenticationSchema
    .optional()
    .describe("Authentication of Advertisements, version 2 only (RFC 9568 has none)"),
  track: trackSchema.prefault({}).describe("What counts against this virtual router when it fails"),
});
