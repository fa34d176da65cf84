/** Users and groups of the system that is written to, by name. */
export interface Owners {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

export function readOwners(passwd: string, group: string): Owners {
  return { users: readIds(passwd), groups: readIds(group) };
}

/** passwd(5) and group(5) both have the name first and the number third. */
function readIds(text: string): Map<string, number> {
  const rows = text.split("\n").map((line) => line.split(":"));
  return new Map(
    rows.flatMap(([name = "", , id]) => (id === undefined ? [] : [[name, Number(id)] as const])),
  );
}

/** `user:group` as numbers; nothing when the system has no such user or group. */
export function findOwner(
  owner: string,
  { users, groups }: Owners,
): { uid: number; gid: number } | undefined {
  const [user = "", group = ""] = owner.split(":");
  const uid = user === "root" ? 0 : users.get(user);
  const gid = group === "root" ? 0 : groups.get(group);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
