import { defaultUserName } from "./user-data-schema.ts";
import type { UserData } from "./user-data-schema.ts";

/** Someone who may log in. Root may not. */
export interface Account {
  readonly name: string;
  readonly sshKeys: readonly string[];
  /** A hash of crypt(5); nothing locks the password. */
  readonly passwordHash?: string;
}

type UserMap = Exclude<UserData["users"][number], "default">;

/** The accounts that a document asks for: none when it names no user, key or password. */
export function listAccounts(data: UserData, moreKeys: readonly string[] = []): Account[] {
  const keys = [...data.ssh_authorized_keys, ...moreKeys];
  const named = data.users.filter((user): user is UserMap => user !== "default");
  const hashes = passwordsOf(data);
  const accounts = named.map((user) => toAccount(user, hashes));
  if (wantsDefault(data, keys)) {
    const name = data.user ?? defaultUserName;
    const hash = data.password ?? hashes.get(name);
    return [{ name, sshKeys: keys, ...(hash && { passwordHash: hash }) }, ...accounts];
  }
  // Without a default account the keys are the first one's.
  const [first, ...others] = accounts;
  return first === undefined ? [] : [{ ...first, sshKeys: [...first.sshKeys, ...keys] }, ...others];
}

function wantsDefault(data: UserData, keys: readonly string[]): boolean {
  if (data.users.length > 0) return data.users.includes("default");
  const { user, password, chpasswd } = data;
  const hasPasswords = chpasswd !== undefined && passwordsOf(data).size > 0;
  return keys.length > 0 || user !== undefined || password !== undefined || hasPasswords;
}

function toAccount(user: UserMap, hashes: ReadonlyMap<string, string>): Account {
  const own = user.lock_passwd ? undefined : (user.hashed_passwd ?? user.passwd);
  const hash = hashes.get(user.name) ?? own;
  return {
    name: user.name,
    sshKeys: [...user.ssh_authorized_keys, ...user["ssh-authorized-keys"]],
    ...(hash && { passwordHash: hash }),
  };
}

/** Of `chpasswd`, by name. */
function passwordsOf({ chpasswd }: UserData): Map<string, string> {
  const ofList = (chpasswd?.list ?? []).map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const ofUsers = (chpasswd?.users ?? []).map(({ name, password }): [string, string] => [
    name,
    password,
  ]);
  return new Map([...ofList, ...ofUsers]);
}

/** The names in `chpasswd` with their places in it. */
export function namesWithPasswords({
  chpasswd,
}: UserData): { path: (string | number)[]; name: string }[] {
  const ofList = (chpasswd?.list ?? []).map((line) => ({
    path: ["chpasswd", "list"],
    name: line.slice(0, line.indexOf(":")),
  }));
  const ofUsers = (chpasswd?.users ?? []).map(({ name }, index) => ({
    path: ["chpasswd", "users", index, "name"],
    name,
  }));
  return [...ofList, ...ofUsers];
}
