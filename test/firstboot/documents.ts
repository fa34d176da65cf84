import { formatIssue } from "#config/issue.ts";
import { readUserData } from "#firstboot/documents/read-user-data.ts";
import type { UserDataReading } from "#firstboot/documents/read-user-data.ts";
import { gunzip } from "#firstboot/gunzip.ts";
import { readNetworkConfig } from "#firstboot/network/read-network-config.ts";
import { renderNetwork } from "#firstboot/network/render.ts";
import { makePlan } from "#firstboot/plan/make-plan.ts";
import type { Planning } from "#firstboot/plan/make-plan.ts";
import type { SeedFile, SeedPart } from "#firstboot/seed/seed.ts";

export const hash = "$6$saltsalt$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./";
export const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHuJ0NOyIhLkYcGq3jdC8YdV user@example";
export const certificate = `-----BEGIN CERTIFICATE-----\n${"MIIB".repeat(40)}\n-----END CERTIFICATE-----`;

export const gatepairSection = `gatepair:
  version: 1
  virtual_routers:
    - {name: web, vrid: 51, interface: eth0, addresses: [192.0.2.10]}
`;

export function seedFile(name: string, text: string | Uint8Array): SeedFile {
  return { name, bytes: typeof text === "string" ? new TextEncoder().encode(text) : text };
}

export function userData(text: string | Uint8Array): UserDataReading {
  return readUserData(seedFile("user-data", text), gunzip);
}

/** The issues as they are printed. */
export function userDataIssues(text: string | Uint8Array): string[] {
  return userData(text).issues.map(formatIssue);
}

export function networkIssues(text: string): string[] {
  return readNetworkConfig(seedFile("network-config", text)).issues.map(formatIssue);
}

/** The files of networkd, without their first comment, by the end of their names. */
export function networkUnits(text: string): Record<string, string> {
  const { plan, issues } = readNetworkConfig(seedFile("network-config", text));
  if (plan === undefined) throw new Error(issues.map(formatIssue).join("\n"));
  const files = renderNetwork(plan).map(({ name, text }) => {
    const short = name.replace("network/10-gatepair-", "");
    return [short, text.replace(/^#.*\n\n/, "")] as const;
  });
  return Object.fromEntries(files);
}

export function plan(texts: Partial<Record<SeedPart, string>>): Planning {
  const files = Object.entries(texts).map(([name, text]) => [name, seedFile(name, text)] as const);
  return makePlan({ origin: "here", files: Object.fromEntries(files) }, gunzip);
}
