import { error } from "#config/issue.ts";
import type { Finding, Path } from "#config/issue.ts";

/** Points at the key itself: its value is not what is wrong. */
export function errorAtKey(path: Path, message: string): Finding {
  return { ...error(path, message), at: "key" };
}

/** A finding about a part of a document, as one about the whole. */
export function under(parent: Path, finding: Finding): Finding {
  return { ...finding, path: [...parent, ...finding.path] };
}
