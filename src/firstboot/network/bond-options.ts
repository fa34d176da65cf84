import { error, quote } from "#config/issue.ts";
import type { Finding, Path } from "#config/issue.ts";
import { findNearest } from "#config/nearest.ts";

import { errorAtKey } from "../documents/findings.ts";
import type { BondOptions } from "./network-plan.ts";

interface BondKey {
  /** Key of the section [Bond] of systemd.netdev(5). */
  readonly key: string;
  readonly accepted: string;
  readonly pattern: RegExp;
  /** networkd wants a unit where netplan and the kernel count milliseconds. */
  readonly unit?: "ms";
}

const modes = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
];
const hashPolicies = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"];
const span = { accepted: "a number of milliseconds", pattern: /^\d{1,9}$/, unit: "ms" } as const;

function words(key: string, accepted: readonly string[]): BondKey {
  const pattern = new RegExp(
    `^(?:${accepted.map((word) => word.replace(/[+.]/g, "\\$&")).join("|")})$`,
  );
  return { key, accepted: accepted.join(", "), pattern };
}

function count(key: string): BondKey {
  return { key, accepted: "a whole number", pattern: /^\d{1,5}$/ };
}

/** The names of version 2, without the forms of version 1 that `normalize` takes back to them. */
const bondKeys: Readonly<Record<string, BondKey>> = {
  mode: words("Mode", modes),
  "lacp-rate": words("LACPTransmitRate", ["slow", "fast"]),
  "mii-monitor-interval": { key: "MIIMonitorSec", ...span },
  "min-links": count("MinLinks"),
  "transmit-hash-policy": words("TransmitHashPolicy", hashPolicies),
  "ad-select": words("AdSelect", ["stable", "bandwidth", "count"]),
  "all-members-active": words("AllSlavesActive", ["true", "false"]),
  "arp-interval": { key: "ARPIntervalSec", ...span },
  "arp-ip-targets": {
    key: "ARPIPTargets",
    accepted: "IPv4 addresses",
    pattern: /^[\d.]+( [\d.]+){0,15}$/,
  },
  "arp-validate": words("ARPValidate", ["none", "active", "backup", "all"]),
  "arp-all-targets": words("ARPAllTargets", ["any", "all"]),
  "up-delay": { key: "UpDelaySec", ...span },
  "down-delay": { key: "DownDelaySec", ...span },
  "fail-over-mac-policy": words("FailOverMACPolicy", ["none", "active", "follow"]),
  "gratuitous-arp": count("GratuitousARP"),
  "packets-per-member": count("PacketsPerSlave"),
  "primary-reselect-policy": words("PrimaryReselectPolicy", ["always", "better", "failure"]),
  "learn-packet-interval": {
    key: "LearnPacketIntervalSec",
    accepted: "a number of seconds",
    pattern: /^\d{1,9}$/,
  },
};

/** The kernel's own names, which version 1 uses behind `bond-`. */
const kernelNames: Readonly<Record<string, string>> = {
  miimon: "mii-monitor-interval",
  "xmit-hash-policy": "transmit-hash-policy",
  updelay: "up-delay",
  downdelay: "down-delay",
  "num-grat-arp": "gratuitous-arp",
  "fail-over-mac": "fail-over-mac-policy",
  "primary-reselect": "primary-reselect-policy",
  "arp-ip-target": "arp-ip-targets",
  "all-slaves-active": "all-members-active",
  "packets-per-slave": "packets-per-member",
  "lp-interval": "learn-packet-interval",
};

export interface ReadBond {
  readonly options: BondOptions;
  /** The member to prefer; it is a setting of that member in networkd. */
  readonly primary?: string;
  readonly findings: readonly Finding[];
}

/** Reads `parameters` of version 2 and `params` of version 1. */
export function readBondOptions(
  parameters: Readonly<Record<string, unknown>>,
  path: Path,
): ReadBond {
  const options: Record<string, string> = {};
  const findings: Finding[] = [];
  let primary: string | undefined;
  for (const [key, value] of Object.entries(parameters)) {
    const name = normalize(key);
    const text = Array.isArray(value) ? value.join(" ") : String(value).replaceAll(",", " ");
    const known = Object.hasOwn(bondKeys, name) ? bondKeys[name] : undefined;
    if (name === "primary") primary = text;
    else if (known === undefined) findings.push(unknownKey([...path, key], key));
    else if (!known.pattern.test(text)) {
      findings.push(error([...path, key], `found ${quote(text)}; accepted: ${known.accepted}`));
    } else options[known.key] = known.unit === undefined ? text : `${text}${known.unit}`;
  }
  return { options, ...(primary === undefined ? {} : { primary }), findings };
}

function normalize(key: string): string {
  const plain = key.replace(/^bond[-_]/, "").replaceAll("_", "-");
  return kernelNames[plain] ?? plain;
}

function unknownKey(path: Path, key: string): Finding {
  const names = ["primary", ...Object.keys(bondKeys)];
  const nearest = findNearest(normalize(key), names);
  const help =
    nearest === undefined ? `accepted: ${names.join(", ")}` : `did you mean ${quote(nearest)}?`;
  return errorAtKey(path, `found an unknown key; ${help}`);
}
