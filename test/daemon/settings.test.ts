import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatAddressPrefix } from "#base/ip-address.ts";
import { seconds } from "#base/time.ts";
import { parseConfig } from "#config/parse-config.ts";
import { toEngineSettings } from "#daemon/settings.ts";

function settingsOf(yaml: string) {
  const { config, issues } = parseConfig(yaml, "gw1.yaml");
  assert.ok(config, JSON.stringify(issues));
  return toEngineSettings(config, "host1");
}

const least = `
version: 1
virtual_routers:
  - {name: web, vrid: 51, interface: eth0, addresses: [172.16.178.137]}
`;

describe("the engine's settings", () => {
  test("of the shortest configuration", () => {
    const settings = settingsOf(least);
    assert.deepEqual(settings.routers, [
      {
        name: "web",
        parameters: {
          version: 3,
          priority: 100,
          advertisementInterval: seconds(1),
          preemptMode: true,
          preemptDelay: 0,
          lossCount: 3,
          announcements: { rounds: 5, repeatDelay: 5000, refreshInterval: 60_000 },
        },
        legs: [
          {
            id: "web",
            router: "web",
            vrid: 51,
            interfaceName: "eth0",
            version: 3,
            advertisementInterval: seconds(1),
            addresses: [{ address: "172.16.178.137", prefixLength: 32 }],
            ownsAddresses: false,
            authentication: { type: "none" },
            virtualLink: undefined,
            sentChecksum: "with-pseudo-header",
            peers: [],
          },
        ],
        startDelay: 0,
        refused: [],
        routes: [],
        trackNginx: undefined,
        trackInterfaces: [],
        trackChecks: [],
        trackFiles: [],
      },
    ]);
    assert.equal(settings.notifications.routerId, "host1");
    assert.equal(settings.notifications.mailLimit, undefined, "without a server no mail");
    assert.deepEqual(settings.notifications.hooks, {});
    assert.equal(settings.nginx, undefined);
    assert.deepEqual(settings.interfaceDelays, new Map());
  });

  test("of a router that accepts no packets", () => {
    const addresses = "addresses: [172.16.178.137, 192.0.2.1/24], accept: false";
    const [router] = settingsOf(least.replace("addresses: [172.16.178.137]", addresses)).routers;
    assert.deepEqual(router?.refused, [
      { address: "172.16.178.137", interfaceName: "eth0" },
      { address: "192.0.2.1", interfaceName: "eth0" },
    ]);
  });

  test("of routes, which come from the first IPv4 address unless told", () => {
    const routes =
      "addresses: [172.16.178.137, 192.0.2.1], routes: [{to: default, via: 192.0.2.254}, " +
      "{to: 198.51.100.0/24, interface: eth1, source: 192.0.2.1, metric: 5, table: 1000}]";
    const [router] = settingsOf(least.replace("addresses: [172.16.178.137]", routes)).routers;
    const main = { router: "web", gateway: "192.0.2.254", interfaceName: undefined, metric: 0 };
    assert.deepEqual(router?.routes, [
      {
        ...main,
        destination: { address: "0.0.0.0", prefixLength: 0 },
        source: "172.16.178.137",
        table: 254,
      },
      {
        router: "web",
        destination: { address: "198.51.100.0", prefixLength: 24 },
        gateway: undefined,
        interfaceName: "eth1",
        source: "192.0.2.1",
        metric: 5,
        table: 1000,
      },
    ]);
  });

  test("of routes of IPv6, which come from no link-local address", () => {
    const keys =
      "addresses: [172.16.178.137, fe80::33], routes: [{to: default, via: fe80::1, interface: eth1}]";
    const routesWith = (text: string) => {
      const [router] = settingsOf(least.replace("addresses: [172.16.178.137]", text)).routers;
      return router?.routes;
    };
    const route = {
      router: "web",
      destination: { address: "::", prefixLength: 0 },
      gateway: "fe80::1",
      interfaceName: "eth1",
      source: undefined,
      metric: 1024,
      table: 254,
    };
    assert.deepEqual(routesWith(keys), [route]);
    const more = keys.replace("fe80::33", "fe80::33, 2001:db8::1");
    assert.deepEqual(routesWith(more), [{ ...route, source: "2001:db8::1" }]);
  });

  test("of the reference scenario", () => {
    const settings = settingsOf(`
version: 1
router_id: gw1
virtual_routers:
  - name: web
    vrid: 51
    interface: eth0
    vrrp_version: 2
    priority: 101
    advertisement_interval: 2s
    preempt: false
    addresses: [172.16.178.137/24]
    authentication: {type: simple, key: "1111"}
    track:
      nginx: {on_failure: fault}
      interfaces: [{name: eth1, on_failure: fault}]
interfaces: [{name: eth0, up_delay: 3s, down_delay: 500ms}]
nginx: {config: /etc/nginx/nginx.conf, run_on: active, on_exit: failover, probe: none}
notifications:
  smtp: {server: 127.0.0.1, from: gw@example.net, to: [root@localhost]}
  mail_limit: {messages: 5, per: 1m}
  hooks: {active: [/hook, up], fault: [/hook]}
`);
    const [router] = settings.routers;
    assert.ok(router);
    const { parameters } = router;
    assert.equal(parameters.version, 2);
    assert.equal(parameters.priority, 101);
    assert.equal(parameters.advertisementInterval, 2000);
    assert.equal(parameters.preemptMode, false);
    const [leg] = router.legs;
    assert.deepEqual(leg?.addresses, [{ address: "172.16.178.137", prefixLength: 24 }]);
    assert.deepEqual(leg.authentication, { type: "simple", key: "1111" });
    assert.deepEqual(router.trackNginx, { type: "fault" });
    assert.deepEqual(router.trackInterfaces, [{ name: "eth1", effect: { type: "fault" } }]);
    assert.deepEqual(settings.interfaceDelays.get("eth0"), { up: 3000, down: 500 });
    assert.equal(settings.nginx?.runOn, "active");
    assert.equal(settings.nginx.onExit, "failover");
    assert.equal(settings.nginx.probe, undefined);
    const { routerId, mailLimit, hooks } = settings.notifications;
    assert.equal(routerId, "gw1");
    assert.deepEqual(mailLimit, { mails: 5, window: seconds(60), keep: 10 });
    assert.deepEqual(hooks, { active: ["/hook", "up"], fault: ["/hook"] });
  });

  test("of checks, whose turns are spread", () => {
    const settings = settingsOf(`
version: 1
virtual_routers:
  - name: web
    vrid: 51
    interface: eth0
    addresses: [172.16.178.137]
    track:
      checks: [{name: db}, {name: page, lower_priority: 5}]
      files: [{path: /m}, {path: /n, on_failure: fault}]
checks:
  - {name: db, script: {command: [/check/db, -v], user: checker}, interval: 4s, timeout: 1s}
  - {name: page, http: {url: "http://10.0.0.5/", expect_status: [204]}, fall: 5, rise: 1}
`);
    const [router] = settings.routers;
    assert.deepEqual(router?.trackChecks, [
      { name: "db", effect: { type: "fault" } },
      { name: "page", effect: { type: "lower-priority", by: 5 } },
    ]);
    assert.deepEqual(router?.trackFiles, [
      { path: "/m", onNumber: "lower-priority" },
      { path: "/n", onNumber: "fault" },
    ]);
    assert.deepEqual(settings.checks, [
      {
        name: "db",
        interval: 4000,
        timeout: 1000,
        fall: 3,
        rise: 2,
        phase: { first: 0, shift: 0 },
        probe: { type: "script", command: ["/check/db", "-v"], user: "checker" },
      },
      {
        name: "page",
        interval: 2000,
        timeout: 1000,
        fall: 5,
        rise: 1,
        phase: { first: 500, shift: 500 },
        probe: { type: "http", url: "http://10.0.0.5/", expectStatus: [{ first: 204, last: 204 }] },
      },
    ]);
  });

  test("leave a threshold only well below it", () => {
    const { health } = settingsOf(`${least}
health: {disk: {threshold_percent: 80, lower_priority: 5}, memory: {threshold_percent: 90}}
`);
    assert.deepEqual(health.diskUsedPercent, { limit: 80, clearBelow: 76, lowerPriority: 5 });
    assert.equal(health.memoryUsedPercent?.lowerPriority, 0);
  });

  test("carry no secret of the mail server", () => {
    const settings = settingsOf(`${least}
notifications:
  smtp:
    server: mail.example.net
    tls: starttls
    username: gw
    password: "hunter2"
    from: gw@example.net
    to: [root@localhost]
`);
    assert.ok(!JSON.stringify(settings).includes("hunter2"));
  });

  test("of a virtual router of both families: one unit with a leg for each, IPv4 first", () => {
    const text = least.replace("172.16.178.137", "fe80::33, 172.16.178.137, 2001:db8::1/64");
    const [unit, ...more] = settingsOf(text).routers;
    assert.deepEqual(more, []);
    assert.deepEqual(
      unit?.legs.map(({ id, router, addresses }) =>
        [id, router].concat(addresses.map(formatAddressPrefix)),
      ),
      [
        ["web ipv4", "web", "172.16.178.137/32"],
        ["web ipv6", "web", "fe80::33/128", "2001:db8::1/64"],
      ],
    );
  });

  test("of a sync group: one unit, whose first leg is the same on both hosts", () => {
    const routers = (order: readonly string[]) => {
      const lines = {
        wan: "{name: wan, vrid: 51, interface: eth0, addresses: [192.0.2.9, 192.0.2.10], track: {interfaces: [{name: eth2, lower_priority: 5}]}}",
        lan: "{name: lan, vrid: 51, interface: eth1, addresses: [10.0.0.1], track: {interfaces: [{name: eth2, lower_priority: 9}]}}",
      };
      const entries = order.map((name) => lines[name as keyof typeof lines]);
      return settingsOf(
        `version: 1\nvirtual_routers: [${entries.join(", ")}]\nsync_groups: [{name: gateway, members: [wan, lan]}]\n`,
      ).routers;
    };
    for (const order of [
      ["wan", "lan"],
      ["lan", "wan"],
    ]) {
      const [unit, ...others] = routers(order);
      assert.equal(unit?.name, "gateway");
      assert.equal(others.length, 0);
      assert.deepEqual(
        unit.legs.map(({ router, interfaceName }) => [router, interfaceName]),
        [
          ["lan", "eth1"],
          ["wan", "eth0"],
        ],
      );
      assert.deepEqual(unit.trackInterfaces, [
        { name: "eth2", effect: { type: "lower-priority", by: 9 } },
      ]);
    }
  });
});
