import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { formatIssue } from "#config/issue.ts";
import { comparePair } from "#config/rules/compare-pair.ts";

import { parseGood, shortest } from "./documents.ts";

function compare(first: string, second: string): string[] {
  return comparePair(parseGood(first, "a"), parseGood(second, "b")).map(formatIssue);
}

/** The shortest document with a priority in line 7 and further keys from line 8 on. */
function withPriority(priority: number, keys = ""): string {
  return `${shortest}    priority: ${priority}\n${keys}`;
}

function inner(priority: number): string {
  return `  - {name: in, vrid: 61, interface: eth1, priority: ${priority}, addresses: [10.0.0.1]}\n`;
}

const grouped = "sync_groups: [{name: gateway, members: [web, in]}]\n";

describe("what differs between the hosts of a pair is an error in both files", () => {
  type Case = readonly [behaviour: string, first: string, second: string, said: readonly string[]];
  const both = "accepted: the same on both hosts";
  const cases: readonly Case[] = [
    [
      "whether packets to the addresses are accepted",
      withPriority(150, "    accept: false\n"),
      withPriority(100),
      [
        `a:8:13: virtual_routers[0].accept: found false, but b:3:5 has true; ${both}`,
        `b:3:5: virtual_routers[0].accept: found true, but a:8:13 has false; ${both}`,
      ],
    ],
    [
      "a VRID that only one has",
      withPriority(150),
      withPriority(100).replace("vrid: 51", "vrid: 52"),
      [
        "a:4:11: virtual_routers[0].vrid: found VRID 51, which b does not have; accepted: the same VRIDs in both files",
        "b:4:11: virtual_routers[0].vrid: found VRID 52, which a does not have; accepted: the same VRIDs in both files",
      ],
    ],
    [
      "the version, where one file relies on the default",
      withPriority(150, "    vrrp_version: 2\n"),
      withPriority(100),
      [
        `a:8:19: virtual_routers[0].vrrp_version: found 2, but b:3:5 has 3; ${both}`,
        `b:3:5: virtual_routers[0].vrrp_version: found 3, but a:8:19 has 2; ${both}`,
      ],
    ],
    [
      "the interval and Preempt_Mode",
      withPriority(150, "    advertisement_interval: 100ms\n    preempt: false\n"),
      withPriority(100, "    advertisement_interval: 1s\n    preempt: true\n"),
      [
        `a:8:29: virtual_routers[0].advertisement_interval: found 100ms, but b:8:29 has 1s; ${both}`,
        `a:9:14: virtual_routers[0].preempt: found false, but b:9:14 has true; ${both}`,
        `b:8:29: virtual_routers[0].advertisement_interval: found 1s, but a:8:29 has 100ms; ${both}`,
        `b:9:14: virtual_routers[0].preempt: found true, but a:9:14 has false; ${both}`,
      ],
    ],
    [
      "the virtual MAC address",
      withPriority(150, "    virtual_mac: true\n"),
      withPriority(100),
      [
        `a:8:18: virtual_routers[0].virtual_mac: found true, but b:3:5 has false; ${both}`,
        `b:3:5: virtual_routers[0].virtual_mac: found false, but a:8:18 has true; ${both}`,
      ],
    ],
    [
      "the addresses, whose prefix counts",
      withPriority(150),
      withPriority(100).replace("192.0.2.10", "192.0.2.10/24"),
      [
        `a:6:16: virtual_routers[0].addresses: found 192.0.2.10/32, but b:6:16 has 192.0.2.10/24; ${both}`,
        `b:6:16: virtual_routers[0].addresses: found 192.0.2.10/24, but a:6:16 has 192.0.2.10/32; ${both}`,
      ],
    ],
    [
      "what moves together",
      `${withPriority(150)}${inner(150)}${grouped}`,
      `${withPriority(100)}${inner(100)}`,
      [
        `a:9:40: sync_groups[0].members: found VRIDs 51, 61, but no group of b:1:1 has just these; ${both}`,
      ],
    ],
    [
      "nothing, where both move the same together",
      `${withPriority(150)}${inner(150)}${grouped}`,
      `${withPriority(100)}${inner(100)}${grouped.replace("web, in", "in, web")}`,
      [],
    ],
    [
      "two owners of one address",
      withPriority(255),
      withPriority(255),
      [
        "a:7:15: virtual_routers[0].priority: found 255, as in b:7:15: the addresses are each host's own; accepted: 255 on one host",
        "b:7:15: virtual_routers[0].priority: found 255, as in a:7:15: the addresses are each host's own; accepted: 255 on one host",
      ],
    ],
    [
      "unicast on one side alone",
      withPriority(150, "    unicast_peers: [192.0.2.2]\n"),
      withPriority(100),
      [
        `a:8:20: virtual_routers[0].unicast_peers: found unicast, but b:3:5 has multicast; ${both}`,
        `b:3:5: virtual_routers[0].unicast_peers: found multicast, but a:8:20 has unicast; ${both}`,
      ],
    ],
    [
      "the key, without telling it",
      withPriority(150, "    vrrp_version: 2\n    authentication: {type: simple, key: hunter2}\n"),
      withPriority(100, "    vrrp_version: 2\n    authentication: {type: simple, key: hunter3}\n"),
      [
        `a:9:5: virtual_routers[0].authentication: the key is not that of b:9:21; ${both}`,
        `b:9:5: virtual_routers[0].authentication: the key is not that of a:9:21; ${both}`,
      ],
    ],
    [
      "authentication that only one has",
      withPriority(150, "    vrrp_version: 2\n    authentication: {type: simple, key: hunter2}\n"),
      withPriority(100, "    vrrp_version: 2\n"),
      [
        `a:9:5: virtual_routers[0].authentication: found authentication, but b:3:5 has no authentication; ${both}`,
        `b:3:5: virtual_routers[0].authentication: found no authentication, but a:9:21 has authentication; ${both}`,
      ],
    ],
  ];
  for (const [behaviour, first, second, said] of cases) {
    test(behaviour, () => {
      assert.deepEqual(compare(first, second), said);
    });
  }

  test("the order of addresses and the names of interfaces may differ", () => {
    const first = withPriority(150).replace("192.0.2.10", "192.0.2.10, 192.0.2.11");
    const second = withPriority(100).replace("192.0.2.10", "192.0.2.11, 192.0.2.10");
    assert.deepEqual(compare(first, second.replace("eth0", "ens3")), []);
  });

  test("of one VRID in both families, the same families are compared", () => {
    const also = (priority: number) =>
      `  - {name: six, vrid: 51, interface: eth0, addresses: [fe80::33], priority: ${priority}}\n`;
    const first = withPriority(150, also(150));
    const second = withPriority(100, also(100)).replace("eth0", "ens3").replace("eth0", "ens3");
    assert.deepEqual(compare(first, second), []);
  });

  test("of one VRID on two interfaces, the same interfaces are compared", () => {
    const also = "  - {name: two, vrid: 51, interface: eth1, addresses: [192.0.2.11], priority: ";
    assert.deepEqual(
      compare(withPriority(150, `${also}100}\n`), withPriority(100, `${also}150}\n`)),
      [],
    );
  });
});

describe("what will not do what a person expects is a warning", () => {
  test("equal priorities", () => {
    assert.deepEqual(compare(withPriority(100), withPriority(100)), [
      "a:7:15: warning: virtual_routers[0].priority: 100 is also the priority in b:7:15; the higher interface address wins",
      "b:7:15: warning: virtual_routers[0].priority: 100 is also the priority in a:7:15; the higher interface address wins",
    ]);
  });

  test("priorities close together, with how little they part the hosts (version 2)", () => {
    const version2 = "    vrrp_version: 2\n";
    assert.deepEqual(compare(withPriority(99, version2), withPriority(100, version2)), [
      "b:7:15: warning: virtual_routers[0].priority: 100 is close to the 99 in a:7:15: when both start at once, this host is ahead by only 3.9 ms; 10 or more apart is safer",
    ]);
  });

  test("priorities close together (version 3, whose Skew_Time follows the interval)", () => {
    const fast = "    advertisement_interval: 100ms\n";
    assert.deepEqual(compare(withPriority(109, fast), withPriority(100, fast)), [
      "a:7:15: warning: virtual_routers[0].priority: 109 is close to the 100 in b:7:15: when both start at once, this host is ahead by only 3.5 ms; 10 or more apart is safer",
    ]);
    assert.deepEqual(compare(withPriority(110, fast), withPriority(100, fast)), []);
  });

  test("weights that leave the higher priority where it is", () => {
    const weights = (by: number): string =>
      withPriority(150, `    track: {interfaces: [{name: eth1, lower_priority: ${by}}]}\n`);
    const where = "a:8:55: warning: virtual_routers[0].track.interfaces[0].lower_priority:";
    const end = "the 100 in b:7:15: alone it can never cause a failover; at least 51 can";
    assert.deepEqual(compare(weights(20), withPriority(100)), [
      `${where} 150 lowered by 20 is 130, still above ${end}`,
    ]);
    assert.deepEqual(compare(weights(50), withPriority(100)), [
      `${where} 150 lowered by 50 is 100, equal to ${end}`,
    ]);
    assert.deepEqual(compare(weights(51), withPriority(100)), []);
  });

  test("two hosts with one name", () => {
    const named = (priority: number): string => `${withPriority(priority)}router_id: gw1\n`;
    assert.deepEqual(compare(named(150), named(100)), [
      'a:8:12: warning: router_id: both hosts are called "gw1" (b:8:12); mails and logs will not tell them apart',
      'b:8:12: warning: router_id: both hosts are called "gw1" (a:8:12); mails and logs will not tell them apart',
    ]);
  });
});
