import type { Account } from "../documents/accounts.ts";
import type { UserData } from "../documents/user-data-schema.ts";
import { formatUnit, yesNo } from "../network/unit-text.ts";
import { textFile } from "./plan.ts";
import type { PlannedFile, PlannedLink } from "./plan.ts";

const writtenBy = "Written by gatepair firstboot from user-data; changes here are lost.";

/** hostname(5) and hosts(5): the own name resolves without a network. */
export function hostnameFiles(hostname: string, fqdn: string | undefined): PlannedFile[] {
  const [short = hostname] = hostname.split(".");
  const names = [...new Set([fqdn ?? hostname, hostname, short])].join(" ");
  const hosts = [
    `# ${writtenBy}`,
    "127.0.0.1 localhost",
    `127.0.1.1 ${names}`,
    "::1 localhost ip6-localhost ip6-loopback",
    "",
  ];
  return [textFile("/etc/hostname", `${hostname}\n`), textFile("/etc/hosts", hosts.join("\n"))];
}

export function timezoneLink(timezone: string): PlannedLink {
  return { path: "/etc/localtime", target: `../usr/share/zoneinfo/${timezone}` };
}

/** timesyncd.conf(5). Without servers, or not enabled, the image's own servers stay. */
export function ntpFiles(ntp: UserData["ntp"]): PlannedFile[] {
  const servers = [...(ntp?.servers ?? []), ...(ntp?.pools ?? [])];
  if (ntp?.enabled !== true || servers.length === 0) return [];
  const text = formatUnit(writtenBy, [{ name: "Time", lines: [["NTP", servers.join(" ")]] }]);
  return [textFile("/etc/systemd/timesyncd.conf.d/50-gatepair.conf", text)];
}

/** That this file is there is the unit's condition for starting the SSH server at all. */
export const sshSettingsPath = "/etc/ssh/sshd_config.d/50-gatepair.conf";

/**
 * Keys lie in /etc, owned by root: homes are not kept from boot to boot. Passwords are for the
 * console unless ssh_pwauth says otherwise.
 */
export function sshFiles(accounts: readonly Account[], byPassword: boolean): PlannedFile[] {
  const withKeys = accounts.filter(({ sshKeys }) => sshKeys.length > 0);
  const isOpen = byPassword && accounts.some(({ passwordHash }) => passwordHash !== undefined);
  if (withKeys.length === 0 && !isOpen) return [];
  const settings = [
    `# ${writtenBy}`,
    "PermitRootLogin no",
    "AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u",
    `PasswordAuthentication ${yesNo(isOpen)}`,
    "KbdInteractiveAuthentication no",
    "",
  ];
  const keys = withKeys.map(({ name, sshKeys }) =>
    textFile(`/etc/ssh/authorized_keys.d/${name}`, `${[...new Set(sshKeys)].join("\n")}\n`),
  );
  return [textFile(sshSettingsPath, settings.join("\n")), ...keys];
}

/** Root is locked: administrators act through sudo(8). */
export function sudoFiles(accounts: readonly Account[]): PlannedFile[] {
  if (accounts.length === 0) return [];
  const lines = accounts.map(({ name }) => `${name} ALL=(ALL:ALL) NOPASSWD: ALL`);
  return [textFile("/etc/sudoers.d/50-gatepair", `# ${writtenBy}\n${lines.join("\n")}\n`, 0o440)];
}
