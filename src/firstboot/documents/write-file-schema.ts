import * as z from "zod";

import { choice, section, text } from "#config/schema/fields.ts";

import { ignored, refused } from "./fields.ts";

/**
 * Where files may be written. The rest of the system is the image's. Scripts of checks have a place
 * of their own, because they run as users who must not come near passwords in /etc/gatepair.
 */
export const allowedDirectories = [
  "/etc/nginx",
  "/etc/ssl",
  "/etc/gatepair",
  "/etc/gatepair-scripts",
  "/var/www",
] as const;

const pathAccepted = `an absolute path below ${allowedDirectories.join(", ").replace(/, ([^,]*)$/, " or $1")}`;

function allowedPath() {
  return text(pathAccepted, /^\/[^\0\n]{1,1023}$/)
    .refine(isAllowed, { error: pathAccepted })
    .refine((path) => path !== "/etc/gatepair/config.yaml", {
      error: "another file; this one is written from the key gatepair",
    });
}

function isAllowed(path: string): boolean {
  const parts = path.split("/").slice(1);
  if (parts.some((part) => ["", ".", ".."].includes(part))) return false;
  return allowedDirectories.some((directory) => path.startsWith(`${directory}/`));
}

/** Without `gz` alone: YAML text cannot hold its bytes. */
const encodings = [
  "text/plain",
  "plain",
  "b64",
  "base64",
  "gz+b64",
  "gz+base64",
  "gzip+b64",
  "gzip+base64",
] as const;

export const writeFileSchema = section({
  path: allowedPath(),
  content: text("a text", /^/).default(""),
  encoding: choice(...encodings).default("plain"),
  permissions: text('an octal mode in quotes, such as "0640"', /^0?[0-7]{3}$/).default("0644"),
  owner: text(
    "a user, or user:group",
    /^[a-z_][a-z0-9_-]{0,31}(:[a-z_][a-z0-9_-]{0,31})?$/,
  ).default("root:root"),
  append: z.boolean("true or false").default(false),
  defer: ignored(),
  source: refused("content; nothing is fetched from elsewhere"),
});

export type WriteFile = z.output<typeof writeFileSchema>;
