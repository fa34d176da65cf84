import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { getuid } from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { IpAddress } from "#base/ip-address.ts";

const marker = "GATEPAIR_TEST_NETWORK";

/** Whether this process runs in namespaces of its own, made by `testInPrivateNetwork`. */
export const inPrivateNetwork = process.env[marker] !== undefined;

/**
 * Runs the test file `path` again in a network, a mount and a process namespace of its own, with
 * its own /run, so that named namespaces (`ip netns add`) are private too. All of it goes with the
 * process, however that ends: nothing has to be cleaned up.
 */
export function testInPrivateNetwork(path: string): void {
  const skip = getuid?.() === 0 ? false : "needs root";
  test("in a network of its own", { skip }, () => {
    const script = `mount -t tmpfs tmpfs /run && ip link set lo up && exec "$0" --test-reporter=spec "$1"`;
    const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const result = spawnSync(
      "unshare",
      [...namespaces, "--", "sh", "-c", script, process.execPath, path],
      { encoding: "utf8", env: { ...env, [marker]: "1" }, timeout: 60_000, killSignal: "SIGKILL" },
    );
    assert.equal(
      result.status,
      0,
      `${result.error?.message ?? ""}${result.stdout}${result.stderr}`,
    );
  });
}

/** Runs `ip` with arguments divided by spaces, and gives what it says. */
export function ip(command: string): string {
  return execFileSync("ip", command.split(" "), { encoding: "utf8" });
}

/** Waits at most two seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await sleep(10);
  assert.ok(condition(), condition.toString());
}

/**
 * Two ends of a cable: `gp0` (192.0.2.1/24) here and `gp1` (192.0.2.2/24) in the namespace `peer`.
 * Their link-local addresses can be used at once.
 */
export function connectPeer(): void {
  ip("netns add peer");
  const noDad = ["sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0"] as const;
  execFileSync(noDad[0], noDad.slice(1));
  execFileSync("ip", ["netns", "exec", "peer", ...noDad]);
  ip("link add gp0 type veth peer name gp1 netns peer");
  ip("address add 192.0.2.1/24 dev gp0");
  ip("link set gp0 up");
  ip("-n peer address add 192.0.2.2/24 dev gp1");
  ip("-n peer link set gp1 up");
}

/** The index and the MAC address of an interface; `where` is "" or "-n NAMESPACE ". */
export function linkOf(name: string, where = ""): { index: number; mac: string } {
  const [link] = JSON.parse(ip(`${where}-json link show dev ${name}`)) as [
    { ifindex: number; address: string },
  ];
  return { index: link.ifindex, mac: link.address };
}

/** The link-local IPv6 address of an interface. */
export function linkLocalOf(name: string, where = ""): IpAddress {
  const [link] = JSON.parse(ip(`${where}-6 -json address show dev ${name} scope link`)) as [
    { addr_info: { local?: string }[] },
  ];
  // Addresses of other scopes are printed as empty objects.
  return link.addr_info.find(({ local }) => local !== undefined)?.local as IpAddress;
}

/** A program in the namespace `peer`, and its output line by line. */
export interface PeerProgram {
  readonly process: ChildProcess;
  nextLine(): Promise<string>;
}

export function runInPeer(command: string, args: readonly string[]): PeerProgram {
  const child = spawn("ip", ["netns", "exec", "peer", command, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    async nextLine() {
      const { value } = (await lines.next()) as { value: string | undefined };
      return value ?? "(no more lines)";
    },
  };
}
