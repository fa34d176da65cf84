import { readFile } from "node:fs/promises";
import type { Identity } from "./bounded-process.ts";

/** The user of that name in /etc/passwd (passwd(5)); undefined when there is none. Rejects never. */
export async function findUser(name: string, file = "/etc/passwd"): Promise<Identity | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const line = text.split("\n").find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined || !isId(uid) || !isId(gid)) return undefined;
  return { uid: Number(uid), gid: Number(gid) };
}

/** Below 2^32 - 1, which means "unchanged" to setresuid(2). */
function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff;
}
