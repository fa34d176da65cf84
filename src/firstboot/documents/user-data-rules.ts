import { error, quote, warning } from "#config/issue.ts";
import type { Finding } from "#config/issue.ts";

import { listAccounts, namesWithPasswords } from "./accounts.ts";
import { decodeContent } from "./file-content.ts";
import type { Gunzip } from "./file-content.ts";
import type { UserData } from "./user-data-schema.ts";

/** Rules that concern more than one key of user-data. */
export function checkUserData(data: UserData, gunzip: Gunzip): Finding[] {
  return [
    ...checkUsers(data),
    ...checkPasswords(data),
    ...checkCertificates(data),
    ...checkFiles(data, gunzip),
  ];
}

function checkUsers({ users }: UserData): Finding[] {
  const names = users.map((user) => (user === "default" ? user : user.name));
  return users.flatMap((user, index): Finding[] => {
    const twice = names.indexOf(names[index] ?? "") < index;
    if (twice) return [error(["users", index], "found this user twice; accepted: once")];
    if (user === "default" || !user.lock_passwd) return [];
    const key = user.hashed_passwd === undefined ? "passwd" : "hashed_passwd";
    return user[key] === undefined
      ? []
      : [
          warning(
            ["users", index, key],
            "has no effect: add lock_passwd: false, or nobody can use it",
          ),
        ];
  });
}

function checkPasswords(data: UserData): Finding[] {
  const accounts = listAccounts(data).map(({ name }) => name);
  return namesWithPasswords(data).flatMap(({ path, name }): Finding[] => {
    if (name === "root")
      return [error(path, "root stays locked; give the password to an administrator")];
    return accounts.includes(name)
      ? []
      : [
          error(
            path,
            `found ${quote(name)}, who is no user here; accepted: ${accounts.join(", ")}`,
          ),
        ];
  });
}

function checkCertificates(data: UserData): Finding[] {
  const isTwice = data.ca_certs !== undefined && data["ca-certs"] !== undefined;
  return isTwice ? [error(["ca-certs"], "found ca_certs as well; accepted: one of the two")] : [];
}

function checkFiles({ write_files: files }: UserData, gunzip: Gunzip): Finding[] {
  return files.flatMap((file, index): Finding[] =>
    decodeContent(file, gunzip) === undefined
      ? [error(["write_files", index, "content"], `found something else than ${file.encoding}`)]
      : [],
  );
}
