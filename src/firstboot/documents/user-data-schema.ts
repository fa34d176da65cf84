import * as z from "zod";

import { choice, list, section } from "#config/schema/fields.ts";

import {
  certificates,
  hashAccepted,
  hostName,
  ignored,
  passwordHash,
  refused,
  serverName,
  sshKey,
  timezone,
  userName,
  yesOrNo,
} from "./fields.ts";
import { writeFileSchema } from "./write-file-schema.ts";

const sshKeys = () => list(sshKey(), 0, 100);

/** Keys of an account that cloud-init knows and a gateway has no use for. */
const ignoredOfUser = {
  doas: ignored(),
  expiredate: ignored(),
  gecos: ignored(),
  groups: ignored(),
  homedir: ignored(),
  inactive: ignored(),
  no_create_home: ignored(),
  no_log_init: ignored(),
  no_user_group: ignored(),
  primary_group: ignored(),
  selinux_user: ignored(),
  shell: ignored(),
  ssh_redirect_user: ignored(),
  sudo: ignored(),
  system: ignored(),
  uid: ignored(),
};

/** Of the image, where cloud-init has "default". */
export const defaultUserName = "admin";

const userSchema = section({
  name: userName()
    .refine((name) => name !== "root", {
      error: "the name of an administrator; root stays locked",
    })
    .default(defaultUserName),
  ssh_authorized_keys: sshKeys().default([]),
  // As virt-install writes it, for a user without a name.
  "ssh-authorized-keys": z
    .union([sshKey().transform((key) => [key]), sshKeys()], "a public SSH key, or a list of them")
    .default([]),
  hashed_passwd: passwordHash().optional(),
  passwd: passwordHash().optional(),
  lock_passwd: yesOrNo().default(true),
  plain_text_passwd: refused(`hashed_passwd with ${hashAccepted}`),
  ssh_import_id: refused("ssh_authorized_keys; nothing is fetched from elsewhere"),
  ...ignoredOfUser,
});

const userEntry = z.union(
  [z.literal("default", "default"), userSchema],
  "default, or a map of name, ssh_authorized_keys, hashed_passwd, lock_passwd",
);

const passwordEntry = section({
  name: userName(),
  password: passwordHash(),
  type: choice("hash").default("hash"),
});

/** `name:hash` a line, as chpasswd(8) reads it. */
const passwordLines = z.union(
  [
    z.string("a text").transform((lines) => lines.split("\n")),
    z.array(z.string("a text"), "a list"),
  ],
  "lines of name:hash",
);

const chpasswdSchema = section({
  expire: ignored(),
  users: list(passwordEntry, 0, 16).default([]),
  list: passwordLines
    .transform((lines) => lines.map((line) => line.trim()).filter((line) => line !== ""))
    .refine((lines) => lines.every(isPasswordLine), {
      error: `lines of name:hash, each with ${hashAccepted}`,
    })
    .default([]),
});

function isPasswordLine(line: string): boolean {
  const [name, ...hash] = line.split(":");
  return userName().safeParse(name).success && passwordHash().safeParse(hash.join(":")).success;
}

const ntpSchema = section({
  enabled: yesOrNo().default(true),
  servers: list(serverName(), 0, 16).default([]),
  pools: list(serverName(), 0, 16).default([]),
  ntp_client: ignored(),
  config: ignored(),
  peers: ignored(),
  allow: ignored(),
});

const trusted = () => list(certificates(), 0, 100).default([]);
const caCertsSchema = section({
  trusted: trusted(),
  remove_defaults: yesOrNo().default(false),
  "remove-defaults": yesOrNo().default(false),
});

const powerStateSchema = section({
  mode: choice("reboot", "poweroff", "halt"),
  delay: choice("now", 0, "+0").default("now"),
  condition: z
    .literal([true, "true", "True"], "true; a condition would be a command")
    .default(true),
  message: ignored(),
  timeout: ignored(),
});

/** The keys of #cloud-config that act. */
export const userDataSchema = section({
  gatepair: z.unknown().optional(),
  hostname: hostName().optional(),
  fqdn: hostName().optional(),
  prefer_fqdn_over_hostname: yesOrNo().default(false),
  user: userName().optional(),
  users: list(userEntry, 0, 16).default([]),
  ssh_authorized_keys: sshKeys().default([]),
  ssh_pwauth: z.union([yesOrNo(), z.literal("unchanged", "unchanged")], "true or false").optional(),
  password: passwordHash().optional(),
  chpasswd: chpasswdSchema.optional(),
  timezone: timezone().optional(),
  ntp: ntpSchema.optional(),
  ca_certs: caCertsSchema.optional(),
  "ca-certs": caCertsSchema.optional(),
  write_files: list(writeFileSchema, 0, 1000).default([]),
  power_state: powerStateSchema.optional(),
});

export type UserData = z.output<typeof userDataSchema>;

/** Keys within sections that are accepted without effect, by the key of their section. */
export const ignoredWithin: Readonly<Record<string, readonly string[]>> = {
  users: Object.keys(ignoredOfUser),
  chpasswd: ["expire"],
  ntp: ["ntp_client", "config", "peers", "allow"],
  power_state: ["message", "timeout"],
  write_files: ["defer"],
};
