import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../support/lab/host.ts";
import { ownAddresses } from "../support/lab/names.ts";
import { until } from "../support/lab/time.ts";
import { startSmtpServer, type SmtpServer } from "../support/smtp-server.ts";
import type { SeedFiles } from "../support/vm/media.ts";
import type { VmLab } from "../support/vm/vm-lab.ts";
import { bootLimit, type VmMachine } from "../support/vm/vm-machine.ts";

export const page1 = "from IP1";
export const page2 = "from IP2";

/** MAC addresses of the reference pair's cards, as its network-config has them. */
export const macs = { gw1: "52:54:00:b2:00:01", gw2: "52:54:00:b2:00:02" } as const;

/** For what machines that are up do to each other; emulated, on a busy machine. */
export const failoverLimit = 60_000;

/** The files of one machine of a pair in image/examples, as they are. */
export function exampleSeed(example: string, name: "gw1" | "gw2"): SeedFiles {
  const directory = join(projectDirectory, "image/examples", example, name);
  const read = (file: string) => [file, readFileSync(join(directory, file), "utf8")] as const;
  return Object.fromEntries(readdirSync(directory).map(read));
}

export function referenceSeed(name: "gw1" | "gw2"): SeedFiles {
  return exampleSeed("reference", name);
}

/** Changes one text in a seed's file; a text that is not there would make a test of nothing. */
export function edit(seed: SeedFiles, file: string, from: string, to: string): SeedFiles {
  const text = seed[file] ?? "";
  assert.ok(text.includes(from), `${file} has no ${from}`);
  return { ...seed, [file]: text.replace(from, to) };
}

/** A key of nobody: what counts is where it ends up. */
export const sshKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDfsPz9c0rbgXJm2vDqQ4bq3zU9q6sD2cE1xq4Jk7n5L ops@example.net";

/** Without a key there is no SSH, and a machine makes no host keys. */
export function withSshKey(seed: SeedFiles): SeedFiles {
  const keys = `ssh_authorized_keys:\n  - ${sshKey}\n`;
  return edit(seed, "user-data", "\ntimezone: UTC\n", `\n${keys}timezone: UTC\n`);
}

/** Where the configuration of the reference pair sends its mail. */
export async function startMailServer(lab: VmLab): Promise<SmtpServer> {
  const directory = join(lab.directory, "mail");
  mkdirSync(directory, { recursive: true });
  const [address, namespace] = [ownAddresses.client, lab.client.netns];
  return startSmtpServer({ directory, port: 25, tls: "none", address, namespace });
}

export function waitForMail(server: SmtpServer, pattern: RegExp): Promise<string> {
  const what = `a mail like ${String(pattern)}`;
  return until({ what, limit: bootLimit, every: 500 }, async () =>
    (await server.mails()).find((mail) => pattern.test(mail)),
  );
}

/** Waits until systemd has nothing left to start; what failed on the way is for assertGoodBoot. */
export async function waitUntilStarted(machine: VmMachine): Promise<void> {
  await machine.run("systemctl is-system-running --wait", bootLimit);
}

/** Nothing failed, nothing complained, and the system is as closed as promised. */
export async function assertGoodBoot(machine: VmMachine): Promise<void> {
  await waitUntilStarted(machine);
  assert.equal(await machine.must("systemctl --failed --no-legend --plain"), "");
  assert.equal(await machine.must("journalctl -b -p err --no-pager --quiet -o cat"), "");
}

/** The overall exposure that systemd-analyze(1) finds, 0 to 10. */
export async function exposureOf(machine: VmMachine, unit: string): Promise<number> {
  const text = await machine.must(`systemd-analyze security ${unit} --no-pager`);
  return Number(/exposure level for \S+: ([\d.]+)/.exec(text)?.[1]);
}

/** What tells one machine from another, and has to outlive a boot: known once sshd has its keys. */
export async function identityOf(machine: VmMachine): Promise<string> {
  await machine.run("until systemctl -q is-active ssh.service; do sleep 1; done", bootLimit);
  return machine.must("cat /etc/machine-id /var/lib/identity/ssh_host_*_key.pub");
}
