import type { Issue } from "#config/issue.ts";

import { isBlank } from "../seed/seed.ts";
import type { SeedFile } from "../seed/seed.ts";

/** The text of a seed's file; absent when there is none or it is empty; refused for what it is. */
export type Decoded =
  | { readonly type: "text"; readonly name: string; readonly text: string }
  | { readonly type: "absent" }
  | { readonly type: "refused"; readonly issue: Issue };

const accepted = "accepted: #cloud-config in YAML";

/** What cloud-init takes for user-data beside #cloud-config, by how its first line begins. */
const otherForms: readonly (readonly [RegExp, string])[] = [
  [/^#!/, `found a script; an appliance runs no scripts from outside; ${accepted}`],
  [/^##\s*template:/i, `found a Jinja template; write the values themselves; ${accepted}`],
  [/^#include/i, `found #include; nothing is fetched from elsewhere; ${accepted}`],
  [/^(content-type|mime-version):/i, `found a MIME message; give its #cloud-config part alone`],
  [
    /^#cloud-boothook/i,
    `found a boot hook; an appliance runs no scripts from outside; ${accepted}`,
  ],
  [/^#cloud-config-(archive|jsonp)/i, `found an archive or a patch of cloud-config; ${accepted}`],
  [/^#(part-handler|upstart-job)/i, `found a part handler or a job; ${accepted}`],
];

export function decodeDocument(file: SeedFile | undefined): Decoded {
  if (file === undefined) return { type: "absent" };
  const { name, bytes } = file;
  const form = describeBytes(bytes);
  if (form !== undefined) return refuse(name, form);
  const text = decodeUtf8(bytes);
  if (text === undefined)
    return refuse(name, "found bytes that are no UTF-8 text; save it as UTF-8");
  const [, sentence] = otherForms.find(([start]) => start.test(text)) ?? [];
  if (sentence !== undefined) return refuse(name, sentence);
  return isBlank(bytes) ? { type: "absent" } : { type: "text", name, text };
}

function describeBytes([first, second]: Uint8Array): string | undefined {
  if (first === 0x1f && second === 0x8b) return "found gzip; give the text uncompressed";
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isUtf16 ? "found UTF-16; save it as UTF-8" : undefined;
}

/** Without the byte order mark that editors on Windows write. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refuse(file: string, message: string): Decoded {
  const issue: Issue = { severity: "error", file, line: 1, column: 1, path: "", message };
  return { type: "refused", issue };
}
