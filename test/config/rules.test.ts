import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { issueLines, parseGood, shortest } from "./documents.ts";

type Case = readonly [behaviour: string, keys: string, said: readonly string[]];

function checkCases(before: string, cases: readonly Case[]): void {
  for (const [behaviour, keys, said] of cases) {
    test(behaviour, () => {
      assert.deepEqual(issueLines(`${before}${keys}\n`), said);
    });
  }
}

describe("rules within a virtual router", () => {
  const interval = "7:29: virtual_routers[0].advertisement_interval:";
  checkCases(`${shortest}    `, [
    ["version 3 accepts 10ms", "advertisement_interval: 10ms", []],
    ["version 3 accepts 40.95s", "advertisement_interval: 40.95s", []],
    [
      "version 3 refuses 40.96s",
      "advertisement_interval: 40.96s",
      [`${interval} found 40.96s with vrrp_version 3; accepted: 10ms to 40.95s in steps of 10ms`],
    ],
    [
      "version 3 refuses half a centisecond",
      "advertisement_interval: 15ms",
      [`${interval} found 15ms with vrrp_version 3; accepted: 10ms to 40.95s in steps of 10ms`],
    ],
    ["version 2 accepts 255s", "advertisement_interval: 255s\n    vrrp_version: 2", []],
    [
      "version 2 refuses a part of a second",
      "advertisement_interval: 1.5s\n    vrrp_version: 2",
      [`${interval} found 1.5s with vrrp_version 2; accepted: whole seconds from 1s to 255s`],
    ],
    [
      "version 3 has no authentication",
      'authentication: {type: simple, key: "1111"}',
      [
        "7:5: virtual_routers[0].authentication: found authentication with vrrp_version 3, which has none; accepted: with vrrp_version 2",
      ],
    ],
    ["a router may accept no packets", "accept: false", []],
    ["a router may have a virtual MAC address", "virtual_mac: true", []],
    [
      "the owner of the addresses has none",
      "priority: 255\n    virtual_mac: true",
      [
        "8:5: virtual_routers[0].virtual_mac: found with priority 255, whose addresses are on the interface itself; accepted: with a priority of 1 to 254",
      ],
    ],
    [
      "a route has a way",
      "routes: [{to: default}]",
      [
        "7:14: virtual_routers[0].routes[0]: found neither via nor interface; accepted: one of them, or both",
      ],
    ],
    [
      "a route goes to the address of a network",
      "routes: [{to: 198.51.100.1/24, via: 192.0.2.1}, {to: 198.51.100.1, via: 192.0.2.1}, {to: '2001:db8::/129', interface: eth1}]",
      [
        '7:19: virtual_routers[0].routes[0].to: found the text "198.51.100.1/24"; accepted: default, or a network such as 198.51.100.0/24 or 2001:db8:5::/48, or the address of a host, with zeros after its prefix',
        '7:94: virtual_routers[0].routes[2].to: found the text "2001:db8::/129"; accepted: default, or a network such as 198.51.100.0/24 or 2001:db8:5::/48, or the address of a host, with zeros after its prefix',
      ],
    ],
    [
      "a route does not lead back to the router, and comes from one of its addresses",
      "routes: [{to: default, via: 192.0.2.10, source: 192.0.2.11}]",
      [
        "7:33: virtual_routers[0].routes[0].via: found 192.0.2.10, which is this virtual router itself; accepted: the address of another host",
        "7:53: virtual_routers[0].routes[0].source: found 192.0.2.11; accepted: one of the addresses 192.0.2.10",
      ],
    ],
    [
      "a route of IPv6 needs no address, and no warning about its table",
      "routes: [{to: default, via: fe80::1, interface: eth1}, {to: '2001:db8:5::/48', via: 2001:db8::1, table: 7}]",
      [],
    ],
    [
      "a route and its gateway are of one family, and a link-local one is on an interface",
      "routes: [{to: '::/0', via: 192.0.2.1}, {to: 198.51.100.0/24, via: fe80::1}, {to: default, via: fe80::1, metric: 1}]",
      [
        "7:32: virtual_routers[0].routes[0].via: found 192.0.2.1 for a route to ::/0; accepted: an IPv6 address",
        "7:71: virtual_routers[0].routes[1].via: found fe80::1 for a route to 198.51.100.0/24; accepted: an IPv4 address",
        "7:100: virtual_routers[0].routes[2].via: found fe80::1, a link-local address, which may be on any interface; accepted: with interface",
      ],
    ],
    [
      "the source of a route is of its family",
      "routes: [{to: '::/0', interface: eth1, source: 192.0.2.10}]",
      ["7:52: virtual_routers[0].routes[0].source: found 192.0.2.10; accepted: none"],
    ],
    [
      "a default route is one of each family, and the metric 0 of IPv6 is 1024",
      "routes: [{to: default, interface: eth1}, {to: '::/0', interface: eth1}, {to: '::/0', interface: eth2, metric: 1024}]",
      [
        "7:77: virtual_routers[0].routes[2]: found a route to ::/0 in table 254 with metric 1024 a second time; accepted: each once",
      ],
    ],
    [
      "the kernel's own table is not for routes, and another table is a warning",
      "routes: [{to: default, interface: eth1, table: 255}, {to: default, interface: eth1, table: 7}]",
      [
        "7:52: virtual_routers[0].routes[0].table: found 255, which is the kernel's own; accepted: another table",
        "7:96: warning: virtual_routers[0].routes[1].table: out of a table other than main (254) the kernel removes the route of a killed daemon only where that is the table of the VRF",
      ],
    ],
    [
      "a route is there once",
      "routes: [{to: default, interface: eth1}, {to: default, interface: eth2}, {to: default, interface: eth1, metric: 1}]",
      [
        "7:46: virtual_routers[0].routes[1]: found a route to 0.0.0.0/0 in table 254 with metric 0 a second time; accepted: each once",
      ],
    ],
    [
      "an owner has no routes",
      "priority: 255\n    routes: [{to: default, interface: eth1}]",
      [
        "8:5: virtual_routers[0].routes: found with priority 255, whose addresses stay when the daemon is killed, and the routes with them; accepted: with a priority of 1 to 254",
      ],
    ],
    [
      "nginx behind a router that accepts none is a warning",
      "accept: false\n    track: {nginx: {}}\nnginx: {}",
      [
        "7:13: warning: virtual_routers[0].accept: with false nobody reaches nginx on the addresses, and track has nginx",
      ],
    ],
    [
      "a failure has one effect",
      "track: {interfaces: [{name: eth1, on_failure: fault, lower_priority: 3}]}",
      [
        "7:74: virtual_routers[0].track.interfaces[0].lower_priority: found the number 3; accepted: either on_failure or lower_priority",
      ],
    ],
    [
      "an interface is tracked once",
      "track: {interfaces: [{name: eth1}, {name: eth1}]}",
      [
        '7:47: virtual_routers[0].track.interfaces[1].name: found "eth1" twice; accepted: each interface once',
      ],
    ],
    [
      "a weight as large as the priority is a warning",
      "priority: 10\n    track: {interfaces: [{name: eth1, lower_priority: 10}]}",
      [
        "8:55: warning: virtual_routers[0].track.interfaces[0].lower_priority: lowers priority 10 by 10; the result is 1, not less",
      ],
    ],
    [
      "weights do nothing without preemption, those of health included",
      "preempt: false\n    track: {interfaces: [{name: eth1, lower_priority: 3}, {name: eth2}]}\nhealth: {disk: {lower_priority: 9}}",
      [
        "8:55: virtual_routers[0].track.interfaces[0].lower_priority: found a weight with preempt: false, under which a higher priority elsewhere takes over nothing; accepted: on_failure: fault",
        '9:33: health.disk.lower_priority: found a weight while virtual router "web" has preempt: false; accepted: without preempt: false',
      ],
    ],
    [
      "tracking nginx wants an nginx",
      "track: {nginx: {}}",
      [
        "7:13: virtual_routers[0].track.nginx: found without a section nginx at the top; accepted: with it",
      ],
    ],
  ]);
});

describe("rules between virtual routers", () => {
  checkCases(`${shortest}  - `, [
    [
      "one VRID may serve on two interfaces",
      "{name: two, vrid: 51, interface: eth1, addresses: [192.0.2.11]}",
      [],
    ],
    [
      "one VRID may serve each family on one interface",
      "{name: six, vrid: 51, interface: eth0, addresses: [fe80::33]}",
      [],
    ],
    [
      "a VRID serves each family once, and is told of once",
      "{name: two, vrid: 51, interface: eth0, addresses: [192.0.2.11, fe80::33]}\n  - {name: three, vrid: 51, interface: eth0, addresses: [192.0.2.12, fe80::34]}",
      [
        '7:23: virtual_routers[1].vrid: found VRID 51 on "eth0" a second time; accepted: each once',
        '8:25: virtual_routers[2].vrid: found VRID 51 on "eth0" a second time; accepted: each once',
      ],
    ],
    [
      "a link-local address may serve on several interfaces, another address may not",
      "{name: two, vrid: 52, interface: eth0, addresses: [fe80::1, 2001:db8::1]}\n  - {name: three, vrid: 52, interface: eth1, addresses: [fe80::1, 2001:DB8:0::1]}",
      [
        "8:67: virtual_routers[2].addresses[1]: found the address 2001:db8::1/128 a second time; accepted: each once",
      ],
    ],
    [
      "names, VRIDs on an interface and addresses are unique",
      "{name: web, vrid: 51, interface: eth0, addresses: [192.0.2.10/24, 192.0.2.11, 192.0.2.11]}",
      [
        '7:12: virtual_routers[1].name: found the name "web" a second time; accepted: each once',
        '7:23: virtual_routers[1].vrid: found VRID 51 on "eth0" a second time; accepted: each once',
        "7:56: virtual_routers[1].addresses[0]: found the address 192.0.2.10/24 a second time; accepted: each once",
        "7:83: virtual_routers[1].addresses[2]: found the address 192.0.2.11/32 a second time; accepted: each once",
      ],
    ],
    [
      "interfaces of virtual MAC addresses have each a name of their own",
      "{name: two, vrid: 7, interface: enp130s0f0np0, addresses: [192.0.2.11], virtual_mac: true}\n  - {name: three, vrid: 7, interface: enp131s0f0np0, addresses: [192.0.2.12], virtual_mac: true}\n  - {name: four, vrid: 7, interface: enp230s0f0np0, addresses: [192.0.2.13], virtual_mac: true}",
      [
        '9:91: virtual_routers[3].virtual_mac: found virtual_mac whose interface is called "gp4-7-30s0f0np0" a second time; accepted: each once',
      ],
    ],
    [
      "a mistake in one part does not hide those of the others",
      "{name: web, vrid: 0}\n  - {name: web, vrid: 51, interface: eth0, addresses: [192.0.2.12]}",
      [
        "7:5: virtual_routers[1].interface: missing; accepted: an interface name of 1 to 15 characters without space, / and :",
        "7:5: virtual_routers[1].addresses: missing; accepted: a list of 1 to 510 entries",
        "7:23: virtual_routers[1].vrid: found the number 0; accepted: a whole number from 1 to 255",
        '8:12: virtual_routers[2].name: found the name "web" a second time; accepted: each once',
        '8:23: virtual_routers[2].vrid: found VRID 51 on "eth0" a second time; accepted: each once',
      ],
    ],
  ]);
});

describe("rules of the other sections", () => {
  const smtp = "notifications:\n  smtp: {from: a@b.example, to: [c@d.example], ";
  checkCases(shortest, [
    [
      "an nginx that nothing tracks is a warning",
      "nginx: {}",
      [
        "7:1: warning: nginx: no virtual router has track: {nginx: ...}, so a failure of nginx moves nothing",
      ],
    ],
    [
      "a probe ends before the next one",
      "    track: {nginx: {}}\nnginx: {probe: {interval: 500ms, timeout: 2s}}",
      ["8:43: nginx.probe.timeout: found 2s; accepted: at most the interval of 500ms"],
    ],
    [
      "delays are given once for each interface, and for one that is used",
      "interfaces: [{name: eth0}, {name: eth0}, {name: eth7}]",
      [
        '7:35: interfaces[1].name: found "eth0" twice; accepted: each interface once',
        '7:49: warning: interfaces[2].name: no virtual router uses or tracks "eth7"',
      ],
    ],
    [
      "a login at a server on this host wants no TLS",
      `${smtp}server: 127.0.0.1, username: gw, password: x}`,
      [],
    ],
    [
      "a password is not sent readable to another host",
      `${smtp}server: mail.example.net, tls: none, username: gw, password: x}`,
      [
        '8:79: notifications.smtp.tls: found none, which sends the password readable to "mail.example.net"; accepted: starttls or implicit',
      ],
    ],
    [
      "a login with TLS may go anywhere",
      `${smtp}server: mail.example.net, tls: implicit, username: gw, password_file: /x}`,
      [],
    ],
    [
      "a login has one password",
      `${smtp}server: localhost, username: gw, password: x, password_file: /x}`,
      ["8:109: notifications.smtp.password_file: found next to password; accepted: one of the two"],
    ],
    [
      "a user name wants a password",
      `${smtp}server: localhost, username: gw}`,
      [
        "8:77: notifications.smtp.username: found without password or password_file; accepted: with one of them",
      ],
    ],
    [
      "a password wants a user name",
      `${smtp}server: localhost, password: x}`,
      ["8:77: notifications.smtp.password: found without username; accepted: with it"],
    ],
    [
      "certificates without TLS are a warning",
      `${smtp}server: localhost, ca_file: /x}`,
      ["8:76: warning: notifications.smtp.ca_file: has no effect with tls: none"],
    ],
  ]);
});

describe("rules of preemption, owners and unicast", () => {
  checkCases(`${shortest}    `, [
    [
      "a preempt_delay without preemption has no effect",
      "preempt: false\n    preempt_delay: 5s",
      ["8:20: warning: virtual_routers[0].preempt_delay: has no effect with preempt: false"],
    ],
    ["an owner tracks nothing", "priority: 255", []],
    [
      "an owner that tracks something would leave its address on two hosts",
      "priority: 255\n    track: {interfaces: [{name: eth1}]}",
      [
        "8:5: virtual_routers[0].track: found with priority 255, whose addresses stay on this host when it fails; accepted: with a priority of 1 to 254",
      ],
    ],
    [
      "unicast peers are given as addresses or with bounds",
      "unicast_peers: [192.0.2.2, {address: 192.0.2.3, min_ttl: 250}]",
      [],
    ],
    [
      "unicast needs somebody to speak to",
      "unicast_peers: []",
      [
        "7:20: virtual_routers[0].unicast_peers: found an empty list; accepted: a list of 1 to 32 entries",
      ],
    ],
    [
      "a peer is another host, named once, with bounds in order",
      "unicast_peers: [192.0.2.10, 192.0.2.2, 192.0.2.2, {address: 192.0.2.3, min_ttl: 9, max_ttl: 8}]",
      [
        "7:97: virtual_routers[0].unicast_peers[3].max_ttl: found the number 8; accepted: at least min_ttl",
      ],
    ],
    [
      "a peer is not a virtual address",
      "unicast_peers: [192.0.2.10, 192.0.2.2, 192.0.2.2]",
      [
        "7:21: virtual_routers[0].unicast_peers[0]: found 192.0.2.10, which is a virtual address; accepted: the other host's own address",
        "7:44: virtual_routers[0].unicast_peers[2]: found 192.0.2.2 twice; accepted: each peer once",
      ],
    ],
  ]);
});

describe("rules of sync groups", () => {
  const two = `${shortest}  - {name: lan, vrid: 51, interface: eth1, addresses: [10.0.0.1]}\n`;
  checkCases(two, [
    ["name virtual routers", "sync_groups: [{name: gateway, members: [web, lan]}]", []],
    [
      "know their members, each once, under a name of their own",
      "sync_groups: [{name: web, members: [web, lam]}, {name: two, members: [lan, web]}]",
      [
        '8:22: sync_groups[0].name: found the name "web" a second time; accepted: each once',
        '8:42: sync_groups[0].members[1]: found "lam", which is no virtual router; did you mean "lan"?',
        '8:76: sync_groups[1].members[1]: found "web" a second time; accepted: each virtual router once, in one group',
      ],
    ],
  ]);
  checkCases(
    `${shortest}  - {name: lan, vrid: 51, interface: eth1, priority: 90, addresses: [10.0.0.1]}\n`,
    [
      [
        "want members that are moved by the same",
        "sync_groups: [{name: gateway, members: [web, lan]}]",
        [
          "8:40: sync_groups[0].members: found members with different priority: web 100, lan 90; accepted: the same for all",
        ],
      ],
    ],
  );
  const announcements = "announcements: {rounds: 2, repeat_delay: 1s}";
  checkCases(
    `${shortest}  - {name: lan, vrid: 51, interface: eth1, ${announcements}, addresses: [10.0.0.1]}\n`,
    [
      [
        "want members that are announced alike",
        "sync_groups: [{name: gateway, members: [web, lan]}]",
        [
          "8:40: sync_groups[0].members: found members with different announcements: web 5 rounds, again after 5s, each 1m, lan 2 rounds, again after 1s, each 1m; accepted: the same for all",
        ],
      ],
    ],
  );
});

describe("rules of the families", () => {
  const inPlace = (addresses: string) => shortest.replace("192.0.2.10", addresses);
  const check = (addresses: string, more = "") => issueLines(inPlace(addresses) + more);
  const at = (column: number, place: number) =>
    `6:${column}: virtual_routers[0].addresses[${place}]`;

  test("a route of IPv6 comes from an address that is not link-local", () => {
    const routes = `    routes: [{to: default, interface: eth1, source: fe80::33}]`;
    const addresses = "192.0.2.10, fe80::33, 2001:db8::1";
    assert.deepEqual(issueLines(`${shortest.replace("192.0.2.10", addresses)}${routes}\n`), [
      "7:53: virtual_routers[0].routes[0].source: found fe80::33; accepted: one of the addresses 2001:db8::1",
    ]);
  });

  test("both may stand in one virtual router", () => {
    const { config } = parseGood(inPlace("fe80::33, 192.0.2.10, 2001:DB8:0:0::1/64"));
    assert.deepEqual(config.virtualRouters[0]?.addresses, [
      { address: "fe80::33", prefixLength: 128 },
      { address: "192.0.2.10", prefixLength: 32 },
      { address: "2001:db8::1", prefixLength: 64 },
    ]);
  });

  test("the first of IPv6 is link-local; the VRID proposes one", () => {
    const accepted =
      "accepted: a link-local address before it, such as fe80::33 (after the VRID), on both hosts";
    assert.deepEqual(check("192.0.2.10, 2001:db8::1, fe80::33"), [
      `${at(29, 1)}: found 2001:db8::1/128 as the first IPv6 address; ${accepted}`,
    ]);
  });

  test("version 2 has IPv4 alone", () => {
    assert.deepEqual(check("192.0.2.10, fe80::33", "    vrrp_version: 2\n"), [
      `${at(29, 1)}: found fe80::33/128 with vrrp_version 2, which has IPv4 alone; accepted: with vrrp_version 3`,
    ]);
  });

  test("each has at most 255 addresses", () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, index) => `fe80::${(index + 1).toString(16)}`).join(", ");
    assert.deepEqual(check(`192.0.2.10, ${some(255)}`), []);
    assert.deepEqual(check(some(256)), [
      "6:5: virtual_routers[0].addresses: found 256 addresses of one family; accepted: at most 255",
    ]);
  });

  test("unicast wants a peer of each family, over IPv6 a link-local one", () => {
    const both = (peers: string) =>
      check("192.0.2.10, fe80::33", `    unicast_peers: [${peers}]\n`);
    assert.deepEqual(both("192.0.2.2, fe80::2"), []);
    assert.deepEqual(both("192.0.2.2"), [
      "7:5: virtual_routers[0].unicast_peers: found none of IPv6, of which there are virtual addresses; accepted: a peer of each family",
    ]);
    assert.deepEqual(both("192.0.2.2, {address: 2001:db8::2}"), [
      "7:32: virtual_routers[0].unicast_peers[1]: found 2001:db8::2; accepted: the other host's link-local address",
    ]);
    assert.deepEqual(check("192.0.2.10", "    unicast_peers: [192.0.2.2, fe80::2]\n"), [
      "7:32: virtual_routers[0].unicast_peers[1]: found fe80::2 without a virtual address of IPv6; accepted: peers of the families of the addresses",
    ]);
  });
});

describe("how addresses are put on an interface", () => {
  const head = `version: 1
virtual_routers:
  - name: web
    vrid: 51
    interface: eth0
    `;
  checkCases(head, [
    [
      "is as ip-address(8) has it",
      `addresses: [{address: 192.0.2.1/24, interface: eth1, scope: link, broadcast: 192.0.2.255, label: "eth1:vip"}, 192.0.2.2]`,
      [],
    ],
    [
      "has words of its own",
      "addresses: [{address: 192.0.2.1, device: eth1}, {scope: universe, address: 192.0.2.2}, {label: eth0}]",
      [
        "6:38: virtual_routers[0].addresses[0].device: found an unknown key; accepted: address, interface, scope, broadcast, label",
        '6:61: virtual_routers[0].addresses[1].scope: found the text "universe"; accepted: global, site, link or host',
        "6:92: virtual_routers[0].addresses[2].address: missing; accepted: an address such as 192.0.2.1, 192.0.2.1/24 or 2001:db8::1 of a host (not 0.0.0.0/8, loopback, multicast, reserved, IPv4-mapped, with a zone, or the network, broadcast or anycast address of its prefix)",
      ],
    ],
    [
      "has a label that names its interface",
      "addresses: [{address: 192.0.2.1, label: vip}, {address: 192.0.2.2, interface: eth1, label: 'eth0:vip'}]",
      [
        `6:45: virtual_routers[0].addresses[0].label: found "vip"; accepted: "eth0", or that with a colon and more`,
        `6:96: virtual_routers[0].addresses[1].label: found "eth0:vip"; accepted: "eth1", or that with a colon and more`,
      ],
    ],
    [
      "has a broadcast address of its subnet",
      "addresses: [{address: 192.0.2.1/24, broadcast: 192.0.3.255}]",
      [
        "6:52: virtual_routers[0].addresses[0].broadcast: found 192.0.3.255; accepted: another address of 192.0.2.1/24",
      ],
    ],
    [
      "has nothing but an interface in IPv6",
      "addresses: [fe80::51, {address: '2001:db8::1', interface: eth1, scope: link, broadcast: 192.0.2.255, label: 'eth1:vip'}]",
      ["scope", "broadcast", "label"].map((key, index) => {
        const column = [69, 82, 106][index];
        return `6:${column}: virtual_routers[0].addresses[1].${key}: found ${key} with 2001:db8::1; accepted: with an IPv4 address`;
      }),
    ],
    [
      "is not for the owner, whose addresses are there already",
      "priority: 255\n    addresses: [{address: 192.0.2.1, scope: link}]",
      [
        '7:17: virtual_routers[0].addresses[0]: found a map with priority 255, whose addresses are on the interface already; accepted: "192.0.2.1" alone',
      ],
    ],
    [
      "is nowhere else with a virtual MAC address",
      "virtual_mac: true\n    addresses: [{address: 192.0.2.1, interface: eth1}]",
      [
        '7:49: virtual_routers[0].addresses[0].interface: found "eth1" with virtual_mac, which is for "eth0"; accepted: without virtual_mac',
      ],
    ],
  ]);
});

describe("rules of delays", () => {
  checkCases(shortest, [
    [
      "a link may be down for less than a Backup waits",
      "interfaces: [{name: eth0, down_delay: 1999ms}]",
      [],
    ],
    [
      "a longer down_delay would make two Active Routers",
      "interfaces: [{name: eth0, down_delay: 2s}]",
      [
        '7:39: warning: interfaces[0].down_delay: a Backup of "web" takes over after 3 lost Advertisements: with a link that is down for nearly 2s both hosts are Active; below 2s they are not',
      ],
    ],
  ]);
});
