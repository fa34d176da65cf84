import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { networkIssues, networkUnits } from "./documents.ts";

const keepStatic = "KeepConfiguration=yes\nConfigureWithoutCarrier=yes\nIgnoreCarrierLoss=yes\n";

/** As `qm cloudinit dump VMID network` of Proxmox prints it. */
const proxmox = `version: 1
config:
    - type: physical
      name: eth0
      mac_address: 'bc:24:11:2a:00:01'
      subnets:
      - type: static
        address: '172.16.178.138'
        netmask: '255.255.255.0'
        gateway: '172.16.178.1'
      - type: static6
        address: '2001:db8::138/64'
        gateway: '2001:db8::1'
    - type: nameserver
      address:
      - '172.16.178.1'
      search:
      - 'example.net'
`;

describe("version 1", () => {
  test("in Proxmox's form: the NIC is found by its MAC address and renamed", () => {
    assert.deepEqual(networkUnits(proxmox), {
      "eth0.link":
        "[Match]\nMACAddress=bc:24:11:2a:00:01\nType=ether\n\n[Link]\nName=eth0\nMACAddressPolicy=none\n",
      "eth0.network":
        "[Match]\nMACAddress=bc:24:11:2a:00:01\nType=ether\n\n" +
        "[Network]\nAddress=172.16.178.138/24\nAddress=2001:db8::138/64\nDNS=172.16.178.1\n" +
        `Domains=example.net\n${keepStatic}\n` +
        "[Route]\nGateway=172.16.178.1\n\n[Route]\nGateway=2001:db8::1\n",
    });
  });

  test("with the key network around it means the same", () => {
    const wrapped = `network:\n${proxmox.replaceAll(/^/gm, "  ")}`;
    assert.deepEqual(networkUnits(wrapped), networkUnits(proxmox));
  });

  test("with DHCP, SLAAC, a metric and a route of its own", () => {
    const units = networkUnits(`version: 1
config:
  - {type: loopback, name: lo}
  - {type: physical, name: eth0, subnets: [{type: dhcp, metric: 50}, {type: ipv6_slaac}]}
  - {type: physical, name: eth1, mtu: 9000, subnets: [{type: static, address: 192.0.2.2/24}]}
  - {type: route, destination: 198.51.100.0, netmask: 255.255.255.0, gateway: 192.0.2.9, metric: 7}
`);
    assert.equal(
      units["eth0.network"],
      "[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=yes\nKeepConfiguration=yes\n\n" +
        "[DHCPv4]\nRouteMetric=50\n",
    );
    assert.equal(
      units["eth1.network"],
      `[Match]\nName=eth1\n\n[Link]\nMTUBytes=9000\n\n[Network]\nAddress=192.0.2.2/24\n${keepStatic}\n` +
        "[Route]\nDestination=198.51.100.0/24\nGateway=192.0.2.9\nMetric=7\n",
    );
  });

  test("with a bond and a VLAN", () => {
    const units = networkUnits(`version: 1
config:
  - {type: physical, name: eth0, mac_address: "52:54:00:00:00:01"}
  - {type: physical, name: eth1, mac_address: "52:54:00:00:00:02"}
  - {type: bond, name: bond0, bond_interfaces: [eth0, eth1], params: {bond-mode: 802.3ad, bond_miimon: 50, bond-xmit-hash-policy: layer3+4}}
  - {type: vlan, name: vlan7, vlan_link: bond0, vlan_id: 7, subnets: [{type: dhcp4}]}
`);
    assert.equal(
      units["bond0.netdev"],
      "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=802.3ad\nMIIMonitorSec=50ms\nTransmitHashPolicy=layer3+4\n",
    );
    assert.equal(
      units["eth1.network"],
      "[Match]\nPermanentMACAddress=52:54:00:00:00:02\nType=ether\n\n" +
        "[Network]\nBond=bond0\nLinkLocalAddressing=no\nKeepConfiguration=yes\n",
    );
    assert.equal(
      units["bond0.network"],
      "[Match]\nName=bond0\n\n[Network]\nVLAN=vlan7\nKeepConfiguration=yes\n",
    );
    assert.equal(units["vlan7.netdev"], "[NetDev]\nName=vlan7\nKind=vlan\n\n[VLAN]\nId=7\n");
  });
});

describe("version 2", () => {
  test("with static addresses, routes, name servers and overrides of DHCP", () => {
    const units = networkUnits(`network:
  version: 2
  ethernets:
    enp1s0:
      addresses: [192.0.2.2/24, "2001:db8::2/64"]
      gateway4: 192.0.2.1
      routes:
        - {to: default, via: "fe80::1"}
        - {to: 10.0.0.0/8, via: 192.0.2.9, metric: 5, table: 100, on-link: true}
      nameservers: {addresses: [192.0.2.53], search: [example.net, lan]}
      optional: true
    enp2s0:
      dhcp4: true
      dhcp6: true
      dhcp-identifier: mac
      dhcp4-overrides: {use-dns: false, route-metric: 200}
`);
    assert.equal(
      units["enp1s0.network"],
      "[Match]\nName=enp1s0\n\n[Network]\nAddress=192.0.2.2/24\nAddress=2001:db8::2/64\n" +
        `DNS=192.0.2.53\nDomains=example.net lan\n${keepStatic}\n` +
        "[Route]\nGateway=192.0.2.1\n\n[Route]\nGateway=fe80::1\n\n" +
        "[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.9\nGatewayOnLink=yes\nMetric=5\nTable=100\n",
    );
    assert.equal(
      units["enp2s0.network"],
      "[Match]\nName=enp2s0\n\n[Network]\nDHCP=yes\nIPv6AcceptRA=yes\nKeepConfiguration=yes\n\n" +
        "[DHCPv4]\nClientIdentifier=mac\nRouteMetric=200\nUseDNS=false\n",
    );
  });

  test("names a NIC that is found by its MAC address, in any case and with any separator", () => {
    const units = networkUnits(
      'version: 2\nethernets: {lan: {match: {macaddress: "52-54-00-AB-00-01"}, set-name: eth0, dhcp4: true}}',
    );
    assert.match(units["lan.link"] ?? "", /^MACAddress=52:54:00:ab:00:01$/m);
    assert.match(units["lan.link"] ?? "", /^Name=eth0$/m);
  });

  test("matches by wildcards, and by driver", () => {
    const units = networkUnits(
      'version: 2\nethernets: {any: {match: {name: "enp*", driver: igb}, dhcp4: true}}',
    );
    assert.match(units["any.network"] ?? "", /^\[Match\]\nName=enp\*\nDriver=igb$/m);
  });

  test("watches the links of a bond even when nothing says so", () => {
    const units = networkUnits(
      "version: 2\nethernets: {e0: {}, e1: {}}\nbonds: {b0: {interfaces: [e0, e1], parameters: {mode: active-backup, primary: e1}, dhcp4: true}}",
    );
    assert.match(units["b0.netdev"] ?? "", /^\[Bond\]\nMode=active-backup\nMIIMonitorSec=100ms$/m);
    assert.match(units["e1.network"] ?? "", /^Bond=b0\nPrimarySlave=yes$/m);
    assert.doesNotMatch(units["e0.network"] ?? "", /PrimarySlave/);
  });
});

const mistakes: readonly (readonly [name: string, text: string, ...issues: string[]])[] = [
  ["no version", "ethernets: {}", "network-config:1:1: version: missing; accepted: 1 or 2"],
  [
    "another version",
    "network: {version: 3}",
    "network-config:1:20: network.version: found the number 3; accepted: 1 or 2",
  ],
  [
    "typos, which cloud-init lets pass",
    "version: 2\nethernets:\n  eth0: {dhcp: true, adresses: [192.0.2.1/24]}",
    'network-config:3:10: ethernets.eth0.dhcp: found an unknown key; did you mean "dhcp4"?',
    'network-config:3:22: ethernets.eth0.adresses: found an unknown key; did you mean "addresses"?',
  ],
  [
    "addresses without a prefix",
    "version: 2\nethernets: {eth0: {addresses: [192.0.2.1]}}",
    'network-config:2:32: ethernets.eth0.addresses[0]: found the text "192.0.2.1"; accepted: an address with its prefix, such as 192.0.2.1/24 or 2001:db8::1/64',
  ],
  [
    "a gateway out of reach",
    "version: 2\nethernets: {eth0: {addresses: [192.0.2.2/24], gateway4: 192.0.3.1}}",
    "network-config:2:19: ethernets.eth0: the gateway 192.0.3.1 is in none of its networks (192.0.2.2/24)",
  ],
  [
    "a bridge",
    "version: 2\nbridges: {br0: {}}",
    "network-config:2:10: bridges: found a map; accepted: ethernets, bonds and vlans; a gateway has no use for a bridge",
  ],
  [
    "a bridge of version 1",
    "version: 1\nconfig: [{type: bridge, name: br0}]",
    'network-config:2:17: config[0].type: found the text "bridge"; accepted: physical, bond, vlan, nameserver, route or loopback; a gateway has no use for a bridge',
  ],
  [
    "members that are not there, or have addresses",
    "version: 2\nethernets: {e0: {dhcp4: true}}\nbonds: {b0: {interfaces: [e0, e9]}}",
    'network-config:3:27: bonds.b0.interfaces[0]: "e0" has addresses of its own; they belong to the bond',
    'network-config:3:31: bonds.b0.interfaces[1]: found "e9", which is no device of this file; it has: e0, b0',
  ],
  [
    "a VLAN on nothing",
    "version: 2\nvlans: {v1: {id: 1, link: eth0}}",
    'network-config:2:27: vlans.v1.link: found "eth0", which is no device of this file; it has: none',
  ],
  [
    "parameters of a bond",
    "version: 2\nethernets: {e0: {}}\nbonds: {b0: {interfaces: [e0], parameters: {mode: fast, primry: e0}}}",
    'network-config:3:51: bonds.b0.parameters.mode: found "fast"; accepted: balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb',
    'network-config:3:57: bonds.b0.parameters.primry: found an unknown key; did you mean "primary"?',
  ],
  [
    "a static address without its mask",
    "version: 1\nconfig: [{type: physical, name: eth0, subnets: [{type: static, address: 192.0.2.1}]}]",
    "network-config:2:49: config[0].subnets[0].netmask: missing; accepted: a netmask such as 255.255.255.0, or the address with its prefix",
  ],
  [
    "a name without what it is for",
    "version: 2\nethernets: {lan: {set-name: eth0}}",
    "network-config:2:18: ethernets.lan: set-name wants match.macaddress, which says what to rename",
  ],
  [
    "the same address, name or MAC address twice",
    'version: 2\nethernets:\n  a: {match: {macaddress: "52:54:00:00:00:01"}, set-name: eth0, addresses: [192.0.2.1/24]}\n  b: {match: {macaddress: "52:54:00:00:00:01"}, set-name: eth0, addresses: [192.0.2.1/24]}',
    'network-config:4:6: ethernets.b: found the name "eth0" twice; accepted: once',
    'network-config:4:6: ethernets.b: found the MAC address "52:54:00:00:00:01" twice; accepted: once',
    'network-config:4:6: ethernets.b: found the address 192.0.2.1, which "a" has as well',
  ],
];

describe("network-config is refused, with its place and what is accepted, for", () => {
  for (const [name, text, ...issues] of mistakes) {
    test(name, () => {
      assert.deepEqual(networkIssues(text), issues);
    });
  }
});

test("an empty network-config, or one without devices, is none", () => {
  for (const text of ["", "\r\n", "# later\n", "version: 2\n", "version: 1\nconfig: []\n"]) {
    assert.deepEqual(networkIssues(text), []);
    assert.throws(() => networkUnits(text));
  }
});
