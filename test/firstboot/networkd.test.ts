import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

import { plan } from "./documents.ts";

const networkd = "/lib/systemd/systemd-networkd";
const mac = "52:54:00:b2:00:01";

/**
 * A cable in namespaces of its own, and `run`, which starts networkd on it until it has looked at all
 * links and a command, its argument, is true. A /sys that is read-only tells networkd that there is
 * no udevd to wait for.
 */
const prelude = `
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount -o ro -t sysfs sysfs /sys
mount -t tmpfs tmpfs /etc/systemd
cp -r "$1"/etc/systemd/. /etc/systemd
mkdir -p /run/systemd/netif
chown systemd-network: /run/systemd/netif
ip link set lo up
ip link add near address ${mac} type veth peer name far
ip link set far up
run() {
  SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=info ${networkd} >/run/said 2>&1 &
  pid=$!
  for try in $(seq 100); do
    ! { grep -q 'Enumeration completed' /run/said && "$@"; } || break
    sleep 0.1
  done
  sleep 1
  kill $pid
  wait $pid || true
  cat /run/said >&2
}
has_address() { ip -br address show dev near | grep -q 172.16.178.138; }
`;

/** The files for a network-config in the namespaces, then `script`. */
async function runNetworkd(networkConfig: string, script: string) {
  const root = await mkdtemp(join(tmpdir(), "gatepair-networkd-"));
  const files = plan({ "network-config": networkConfig }).plan?.files ?? [];
  assert.ok(files.length > 0, "the network-config has errors");
  for (const { path, content } of files.filter((file) => file.path.startsWith("/etc/systemd/"))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const args = [...namespaces, "bash", "-c", prelude + script, "bash", root];
  const result = spawnSync("unshare", args, { encoding: "utf8", timeout: 60_000 });
  await rm(root, { recursive: true });
  assert.equal(result.status, 0, result.stderr);
  return result;
}

const skip =
  existsSync(networkd) && process.getuid?.() === 0 ? false : "needs root and systemd-networkd";

describe("systemd-networkd with the files that were written", { skip }, () => {
  test("sets what they say, and leaves gatepair's leases and routes alone when it restarts", async () => {
    const { stdout } = await runNetworkd(
      `version: 2
ethernets:
  lan:
    match: {macaddress: "${mac}"}
    addresses: [172.16.178.138/24, "2001:db8::138/64"]
    gateway4: 172.16.178.1
`,
      `run has_address
ip address add 172.16.178.137/32 dev near valid_lft 60 preferred_lft 60 noprefixroute
for virtual in 2001:db8::137 fe80::33; do
  ip address add $virtual/128 dev near valid_lft 60 preferred_lft 0 nodad noprefixroute
done
ip route add 198.51.100.0/24 via 172.16.178.1 proto 112
run has_address
ip -o address show dev near
ip route
`,
    );
    assert.match(stdout, /172\.16\.178\.138\/24 .*valid_lft forever/);
    assert.match(stdout, /172\.16\.178\.137\/32 .*valid_lft \d+sec/);
    assert.match(stdout, /2001:db8::138\/64 .*valid_lft forever/);
    assert.match(stdout, /2001:db8::137\/128 .*valid_lft \d+sec preferred_lft 0sec/);
    assert.match(stdout, /fe80::33\/128 .*valid_lft \d+sec preferred_lft 0sec/);
    assert.match(stdout, /^default via 172\.16\.178\.1 dev near proto static/m);
    assert.match(stdout, /^198\.51\.100\.0\/24 via 172\.16\.178\.1 dev near proto 112/m);
  });

  test("understands every key that can be in them", async () => {
    // The kernel may lack VLANs and bonds; their files are read in any case. DHCPv6's host name
    // is left out, because Debian 12's networkd does not know it yet; Debian 13's does.
    const { stderr } = await runNetworkd(
      `version: 2
ethernets:
  a:
    match: {macaddress: "${mac}", driver: "*"}
    mtu: 1400
    macaddress: "52:54:00:b2:00:09"
    dhcp4: true
    dhcp6: true
    dhcp-identifier: mac
    dhcp4-overrides: {use-dns: false, use-domains: route, route-metric: 5, send-hostname: false, hostname: x, use-ntp: true, use-routes: true, use-hostname: true}
    dhcp6-overrides: {use-dns: false, use-domains: true, use-ntp: true, use-hostname: true}
    link-local: [ipv6]
    accept-ra: true
  p1: {match: {macaddress: "52:54:00:b2:00:02"}}
  p2: {match: {macaddress: "52:54:00:b2:00:03"}, set-name: p2}
  p3: {match: {macaddress: "52:54:00:b2:00:04"}}
bonds:
  b0:
    interfaces: [p1, p2]
    macaddress: "52:54:00:b2:00:08"
    parameters: {mode: 802.3ad, lacp-rate: fast, mii-monitor-interval: 100, min-links: 1, transmit-hash-policy: layer3+4, ad-select: bandwidth, all-members-active: false, up-delay: 200, down-delay: 200, fail-over-mac-policy: none, gratuitous-arp: 2, packets-per-member: 1, primary-reselect-policy: always, learn-packet-interval: 1, primary: p1}
  b1:
    interfaces: [p3]
    parameters: {mode: active-backup, arp-interval: 1000, arp-ip-targets: [192.0.2.1, 192.0.2.2], arp-validate: all, arp-all-targets: any}
vlans:
  v7:
    id: 7
    link: b0
    addresses: [192.0.2.9/24, "2001:db8::9/64"]
    routes: [{to: default, via: 192.0.2.1, metric: 3, table: 9, from: 192.0.2.9, on-link: true}]
    nameservers: {addresses: [192.0.2.1], search: [a.example]}
`,
      "run true\n",
    );
    assert.match(stderr, /netdev|Enumeration completed/, "networkd did not start");
    const complaints = stderr.split("\n").filter((line) => /-gatepair.*ignoring/.test(line));
    assert.deepEqual(complaints, []);
  });
});
