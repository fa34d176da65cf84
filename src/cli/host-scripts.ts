import { readFile, stat } from "node:fs/promises";

import type { CheckConfig } from "#config/config.ts";
import type { ScriptFinding } from "#config/rules/host-rules.ts";

/** Who a script runs as: the user and its own group. */
interface Identity {
  readonly uid: number;
  readonly gid: number;
}

type Mode = Identity & { readonly mode: number };

/** Looks for the scripts of the checks on this host; what is not in the answer could be started. */
export async function inspectScripts(
  checks: readonly CheckConfig[],
): Promise<ReadonlyMap<string, ScriptFinding>> {
  const users = await readUsers();
  const findings = new Map<string, ScriptFinding>();
  for (const { name, probe } of checks) {
    if (probe.type !== "script") continue;
    const finding = await inspect(probe.command.program, users.get(probe.user));
    if (finding !== undefined) findings.set(name, finding);
  }
  return findings;
}

async function inspect(
  program: string,
  user: Identity | undefined,
): Promise<ScriptFinding | undefined> {
  if (user === undefined) return { type: "no-user" };
  for (const path of pathsTo(program)) {
    const found = await stat(path).catch(() => undefined);
    const isLast = path === program;
    if (found === undefined || (isLast && !found.isFile())) return { type: "absent" };
    if (!mayExecute(found, user)) return { type: "forbidden", path };
  }
  return undefined;
}

/** `/a/b` for `/a/b/c`: each directory that has to be passed, and the program itself. */
function pathsTo(program: string): string[] {
  const parts = program.split("/");
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 2).join("/"));
}

/** The first class that fits decides (path_resolution(7)); root needs anybody's right. */
function mayExecute({ uid, gid, mode }: Mode, user: Identity): boolean {
  if (user.uid === 0) return (mode & 0o111) !== 0;
  if (user.uid === uid) return (mode & 0o100) !== 0;
  return (mode & (user.gid === gid ? 0o010 : 0o001)) !== 0;
}

/** The users of passwd(5), by name. */
async function readUsers(): Promise<ReadonlyMap<string, Identity>> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  const fields = text.split("\n").map((line) => line.split(":"));
  return new Map(
    fields.map(([name = "", , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
}
