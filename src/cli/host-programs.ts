import { readFile, stat } from "node:fs/promises";

import type { Config } from "#config/config.ts";
import type { HostPrograms } from "#config/rules/host-rules.ts";

/** Looks for the scripts of the checks on this host, and for the users of passwd(5). */
export async function readHostPrograms({ checks }: Config): Promise<HostPrograms> {
  const programs = checks.flatMap(({ probe }) =>
    probe.type === "script" ? [probe.command.program] : [],
  );
  const executable = new Map<string, boolean>();
  for (const program of new Set(programs)) {
    const found = await stat(program).catch(() => undefined);
    if (found !== undefined) executable.set(program, found.isFile() && (found.mode & 0o111) !== 0);
  }
  return { executable, users: new Set(await readUsers()) };
}

async function readUsers(): Promise<string[]> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => line.split(":")[0] ?? []);
}
