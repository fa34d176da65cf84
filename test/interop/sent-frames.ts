import { familyOf, ipAddressToBytes, type IpAddress } from "#base/ip-address.ts";
import { macAddressToBytes, type MacAddress } from "#base/mac-address.ts";
import { milliseconds, seconds } from "#base/time.ts";
import type { Advertisement } from "#vrrp/advertisement.ts";
import { encodeArpProbe, encodeGratuitousArp } from "#vrrp/packets/arp.ts";
import { encodeAdvertisement } from "#vrrp/packets/codec.ts";
import { encodeNeighborAdvertisement, encodeNeighborProbe } from "#vrrp/packets/encode-neighbor.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { encodeIpv6Packet } from "#vrrp/packets/ipv6-packet.ts";
import { advertisement, ip } from "../support/vrrp-fixtures.ts";

const mac = "02:00:c0:00:02:01" as MacAddress;
const source = ip("192.0.2.1");
const group = ip("224.0.0.18");
const address = ip("192.0.2.100");
const linkLocal = ip("fe80::1");
const addresses6 = [ip("fe80::33"), ip("2001:db8::100")];

/** The frame as the kernel makes it around our packet: RFC 1112, 6.4, and RFC 2464, 7. */
function frameOf(packet: Uint8Array, destination: IpAddress): Uint8Array {
  const bytes = ipAddressToBytes(destination);
  const isIpv4 = familyOf(destination) === "ipv4";
  const to = isIpv4 ? [1, 0, 0x5e, ...bytes.subarray(1)] : [0x33, 0x33, ...bytes.subarray(12)];
  const type = isIpv4 ? [8, 0] : [0x86, 0xdd];
  return Uint8Array.from([...to, ...macAddressToBytes(mac), ...type, ...packet]);
}

function sentOverIpv4(change: Partial<Advertisement>): Uint8Array {
  const endpoints = { source, destination: group };
  const payload = encodeAdvertisement(
    advertisement({ addresses: [address], ...change }),
    endpoints,
  );
  return frameOf(encodeIpv4Packet({ ...endpoints, protocol: 112, ttl: 255, payload }), group);
}

function sentOverIpv6(change: Partial<Advertisement>): Uint8Array {
  const endpoints = { source: linkLocal, destination: ip("ff02::12") };
  const message = advertisement({ addresses: addresses6, ...change });
  const payload = encodeAdvertisement(message, endpoints);
  const packet = encodeIpv6Packet({ ...endpoints, protocol: 112, ttl: 255, payload });
  return frameOf(packet, endpoints.destination);
}

/** tshark's word for a checksum that holds. */
const good = "1";
const inIpv4 = {
  "eth.dst": "01:00:5e:00:00:12",
  "ip.src": source,
  "ip.dst": group,
  "ip.ttl": "255",
  "ip.dsfield.dscp": "48",
  "ip.checksum.status": good,
};
const inIpv6 = {
  "eth.dst": "33:33:00:00:00:12",
  "ipv6.src": linkLocal,
  "ipv6.dst": "ff02::12",
  "ipv6.hlim": "255",
  "ipv6.tclass.dscp": "48",
};
const version3 = {
  "vrrp.version": "3",
  "vrrp.type": "1",
  "vrrp.virt_rtr_id": "51",
  "vrrp.prio": "100",
  "vrrp.short_adver_int": "100",
  "vrrp.checksum.status": good,
};
const version2 = {
  "vrrp.version": "2",
  "vrrp.type": "1",
  "vrrp.virt_rtr_id": "51",
  "vrrp.prio": "100",
  "vrrp.adver_int": "1",
  "vrrp.auth_type": "0",
  "vrrp.checksum.status": good,
};
const one = { "vrrp.addr_count": "1", "vrrp.ip_addr": address };
const two6 = { "vrrp.addr_count": "2", "vrrp.ipv6_addr": addresses6.join(",") };
const crowd = Array.from({ length: 255 }, (_, index) => ip(`198.51.100.${index}`));

export interface Sent {
  readonly name: string;
  readonly frame: Uint8Array;
  readonly fields: Readonly<Record<string, string>>;
}

const advertisements: readonly Sent[] = [
  {
    name: "an Advertisement of version 3",
    frame: sentOverIpv4({}),
    fields: { ...inIpv4, ...version3, ...one },
  },
  {
    name: "its last word, priority 0",
    frame: sentOverIpv4({ priority: 0 }),
    fields: { ...inIpv4, ...version3, ...one, "vrrp.prio": "0" },
  },
  {
    name: "the address owner's, each 10 ms",
    frame: sentOverIpv4({ priority: 255, interval: milliseconds(10) }),
    fields: { ...inIpv4, ...version3, ...one, "vrrp.prio": "255", "vrrp.short_adver_int": "1" },
  },
  {
    name: "255 addresses each 40.95 s",
    frame: sentOverIpv4({ addresses: crowd, interval: milliseconds(40_950) }),
    fields: {
      ...inIpv4,
      ...version3,
      "vrrp.addr_count": "255",
      "vrrp.ip_addr": crowd.join(","),
      "vrrp.short_adver_int": "4095",
    },
  },
  {
    name: "an Advertisement of version 2",
    frame: sentOverIpv4({ version: 2 }),
    fields: { ...inIpv4, ...version2, ...one },
  },
  {
    name: "version 2 with a password, each 255 s",
    frame: sentOverIpv4({
      version: 2,
      interval: seconds(255),
      authentication: { type: "simple", key: "1111" },
    }),
    fields: {
      ...inIpv4,
      ...version2,
      ...one,
      "vrrp.adver_int": "255",
      "vrrp.auth_type": "1",
      "vrrp.auth_string": "1111",
    },
  },
  {
    name: "the last word of version 2",
    frame: sentOverIpv4({ version: 2, priority: 0 }),
    fields: { ...inIpv4, ...version2, ...one, "vrrp.prio": "0" },
  },
  {
    name: "an Advertisement over IPv6",
    frame: sentOverIpv6({}),
    fields: { ...inIpv6, ...version3, ...two6 },
  },
  {
    name: "its last word over IPv6",
    frame: sentOverIpv6({ priority: 0 }),
    fields: { ...inIpv6, ...version3, ...two6, "vrrp.prio": "0" },
  },
];

const announcements: readonly Sent[] = [
  {
    name: "a gratuitous ARP",
    frame: encodeGratuitousArp({ address, mac }),
    fields: {
      "eth.dst": "ff:ff:ff:ff:ff:ff",
      "arp.opcode": "1",
      "arp.isgratuitous": "1",
      "arp.src.hw_mac": mac,
      "arp.src.proto_ipv4": address,
      "arp.dst.hw_mac": mac,
      "arp.dst.proto_ipv4": address,
    },
  },
  {
    name: "an ARP probe",
    frame: encodeArpProbe({ address, mac }),
    fields: {
      "eth.dst": "ff:ff:ff:ff:ff:ff",
      "arp.opcode": "1",
      "arp.isprobe": "1",
      "arp.src.hw_mac": mac,
      "arp.src.proto_ipv4": "0.0.0.0",
      "arp.dst.hw_mac": "00:00:00:00:00:00",
      "arp.dst.proto_ipv4": address,
    },
  },
  {
    name: "an unsolicited Neighbor Advertisement",
    frame: encodeNeighborAdvertisement({ address: ip("2001:db8::100"), mac }),
    fields: {
      "eth.dst": "33:33:00:00:00:01",
      "ipv6.src": "2001:db8::100",
      "ipv6.dst": "ff02::1",
      "ipv6.hlim": "255",
      "icmpv6.type": "136",
      "icmpv6.checksum.status": good,
      "icmpv6.nd.na.flag.r": "1",
      "icmpv6.nd.na.flag.s": "0",
      "icmpv6.nd.na.flag.o": "1",
      "icmpv6.nd.na.target_address": "2001:db8::100",
      "icmpv6.opt.linkaddr": mac,
    },
  },
  {
    name: "a Neighbor Solicitation that asks for a duplicate",
    frame: encodeNeighborProbe({ address: ip("2001:db8::1:2345"), mac }),
    fields: {
      "eth.dst": "33:33:ff:01:23:45",
      "ipv6.src": "::",
      "ipv6.dst": "ff02::1:ff01:2345",
      "ipv6.hlim": "255",
      "icmpv6.type": "135",
      "icmpv6.checksum.status": good,
      "icmpv6.nd.ns.target_address": "2001:db8::1:2345",
    },
  },
];

/** Every kind of message that gatepair sends, and what tshark should read in it. */
export const sentFrames: readonly Sent[] = [...advertisements, ...announcements];
