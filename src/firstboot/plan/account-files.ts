import type { Account } from "../documents/accounts.ts";

/** The files of accounts (passwd(5), shadow(5), group(5)). */
export interface AccountFiles {
  readonly passwd: string;
  readonly shadow: string;
  readonly group: string;
}

const firstId = 1000;

/** Adds accounts, each with a group of its own. One that is there keeps its lines; its password changes. */
export function addAccounts(files: AccountFiles, accounts: readonly Account[]): AccountFiles {
  return accounts.reduce(addAccount, files);
}

function addAccount(files: AccountFiles, { name, passwordHash = "!" }: Account): AccountFiles {
  const id = nextId(files);
  // An empty sixth field of shadow(5) and its neighbours: the password does not age.
  const shadowLine = `${name}:${passwordHash}:::::::`;
  return {
    passwd: hasLine(files.passwd, name)
      ? files.passwd
      : addLine(files.passwd, `${name}:x:${id}:${id}::${homeOf(name)}:/bin/bash`),
    group: hasLine(files.group, name) ? files.group : addLine(files.group, `${name}:x:${id}:`),
    shadow: addLine(removeLine(files.shadow, name), shadowLine),
  };
}

export function homeOf(name: string): string {
  return `/home/${name}`;
}

function nextId({ passwd, group }: AccountFiles): number {
  const used = new Set(`${passwd}\n${group}`.split("\n").map((line) => Number(line.split(":")[2])));
  let id = firstId;
  while (used.has(id)) id += 1;
  return id;
}

function hasLine(text: string, name: string): boolean {
  return text.split("\n").some((line) => line.startsWith(`${name}:`));
}

function addLine(text: string, line: string): string {
  return text === "" || text.endsWith("\n") ? `${text}${line}\n` : `${text}\n${line}\n`;
}

function removeLine(text: string, name: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith(`${name}:`))
    .join("\n");
}
