import { spawnSync } from "node:child_process";
import { frrPrograms } from "../support/lab/frr.ts";
import type { Peer, Row } from "./rows.ts";

const programs: Readonly<Record<Peer, string>> = {
  keepalived: "keepalived",
  "FRR vrrpd": `${frrPrograms}/vrrpd`,
};

/** The numbers of the version of a peer, as it is installed here. */
function installedVersion(peer: Peer): number[] {
  const { stdout, stderr } = spawnSync(programs[peer], ["--version"], { encoding: "utf8" });
  const version = /(?:version |v)(\d+(?:\.\d+)*)/.exec(stdout + stderr)?.[1];
  if (version === undefined) throw new Error(`${peer} does not tell its version: make deps`);
  return version.split(".").map(Number);
}

/** Whether the peer that is installed here can do what the row asks of it. */
export function canPlay({ peer, since }: Row): boolean {
  if (since === undefined) return true;
  const installed = installedVersion(peer);
  const wanted = since.split(".").map(Number);
  const differs = wanted.findIndex((number, index) => number !== (installed[index] ?? 0));
  return differs < 0 || (installed[differs] ?? 0) > (wanted[differs] ?? 0);
}
