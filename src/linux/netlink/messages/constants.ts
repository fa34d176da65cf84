/**
 * The numbers of the kernel's interface that are used here, under the names of the fields in
 * netlink(7), rtnetlink(7), <linux/netlink.h>, <linux/rtnetlink.h>, <linux/if_addr.h> and
 * <linux/if_link.h>.
 */
export const messageType = {
  error: 2,
  done: 3,
  newLink: 16,
  delLink: 17,
  getLink: 18,
  setLink: 19,
  newAddress: 20,
  delAddress: 21,
  getAddress: 22,
  newRoute: 24,
  delRoute: 25,
  getRoute: 26,
} as const;

export const messageFlag = {
  request: 0x1,
  acknowledge: 0x4,
  /** Also send the notification of the change to the one who asked for it. */
  echo: 0x8,
  /** In an answer: the table changed while it was being dumped (NLM_F_DUMP_INTR). */
  dumpInterrupted: 0x10,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  dump: 0x300,
} as const;

/** RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE. */
export const multicastGroup = {
  link: 1,
  ipv4Address: 5,
  ipv4Route: 7,
  ipv6Address: 9,
  ipv6Route: 11,
} as const;

/** AF_UNSPEC, AF_INET and AF_INET6. */
export const family = { unspecified: 0, ipv4: 2, ipv6: 10 } as const;

/** IFF_*, netdevice(7). */
export const linkFlag = { up: 0x1, loopback: 0x8, lowerUp: 0x10000 } as const;

/** IFLA_*. `parent` is the interface below, of those that have one. */
export const linkAttribute = {
  address: 1,
  name: 3,
  mtu: 4,
  parent: 5,
  operationalState: 16,
  info: 18,
} as const;

/** IFLA_INFO_*, within `info`. */
export const linkInfoAttribute = { kind: 1, data: 2 } as const;

/** The kind of an interface that shares another one under a MAC address of its own. */
export const macvlanKind = "macvlan";

/** IFLA_MACVLAN_*, within the data of a macvlan. */
export const macvlanAttribute = { mode: 1 } as const;

/** MACVLAN_MODE_*. */
export const macvlanMode = { private: 1, bridge: 4 } as const;

/** IF_OPER_*: RFC 2863, 3.1.14, with the kernel's numbers. */
export const operationalState = { unknown: 0, up: 6 } as const;

/** IFA_*. */
export const addressAttribute = {
  address: 1,
  local: 2,
  label: 3,
  broadcast: 4,
  cacheInfo: 6,
  flags: 8,
  /** Who added the address, one byte. Linux 5.18 and later. */
  protocol: 11,
} as const;

/** IFA_F_*. `secondary` means "temporary" on an IPv6 address (RFC 8981). */
export const addressFlag = {
  secondary: 0x01,
  /** No Duplicate Address Detection. */
  noDad: 0x02,
  /** Another host has it: the kernel does not use it. */
  dadFailed: 0x08,
  /** Duplicate Address Detection is under way: nothing can be sent from it yet. */
  tentative: 0x40,
  permanent: 0x80,
  noPrefixRoute: 0x200,
} as const;

/** RT_SCOPE_*. */
export const scope = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 } as const;

/** RTA_*. */
export const routeAttribute = {
  destination: 1,
  outputInterface: 4,
  gateway: 5,
  priority: 6,
  preferredSource: 7,
  table: 15,
  /** Seconds until the route ends by itself; IPv6 alone has it. */
  expires: 23,
} as const;

/** RTN_UNICAST: the routes that lead somewhere. */
export const routeTypeUnicast = 1;

/** RT_TABLE_LOCAL: the kernel's own routes to the host's own addresses. */
export const routeTableLocal = 255;

/** RTM_F_CLONED: an entry of the route cache. */
export const routeFlagCloned = 0x200;

/** INFINITY_LIFE_TIME: the address stays until somebody removes it. */
export const lifetimeForever = 0xffff_ffff;
