import type { Account } from "../documents/accounts.ts";

/** A file to write below the root, whole or appended to what is there. */
export interface PlannedFile {
  readonly path: string;
  readonly mode: number;
  /** `user:group`, by name. */
  readonly owner: string;
  readonly content: string;
  /** `base64` where the content is no text. */
  readonly encoding: "utf8" | "base64";
  readonly append: boolean;
}

export interface PlannedLink {
  readonly path: string;
  readonly target: string;
}

/**
 * Everything that a configuration does to the system. It is plain data: kept in /var, it is the
 * last good configuration, and stays what it was when a later version reads documents otherwise.
 */
export interface Plan {
  readonly hostname?: string;
  readonly files: readonly PlannedFile[];
  readonly links: readonly PlannedLink[];
  readonly accounts: readonly Account[];
  readonly certificates: { readonly trusted: readonly string[]; readonly removeDefaults: boolean };
  readonly powerState?: "reboot" | "poweroff" | "halt";
}

/** Where the configuration of gatepair itself lies. */
export const gatepairConfigPath = "/etc/gatepair/config.yaml";

/** With the mode of what everybody may read. */
export function textFile(path: string, content: string, mode = 0o644): PlannedFile {
  return { path, mode, owner: "root:root", content, encoding: "utf8", append: false };
}
