import type { SeedFileName } from "./seed-names.ts";

/** Beside the files of NoCloud, a credential may be the whole document of /etc/gatepair/config.yaml. */
export type SeedPart = SeedFileName | "gatepair.config";

export interface SeedFile {
  /** As it is called where it was found; messages about it begin with this. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type SeedFiles = Readonly<Partial<Record<SeedPart, SeedFile>>>;

/** A first-boot configuration as it was found, not yet read. */
export interface Seed {
  /** Such as `/dev/sr0 (iso9660, cidata)`. */
  readonly origin: string;
  readonly files: SeedFiles;
  /** What the SMBIOS serial or the command line say, which meta-data comes before. */
  readonly hostname?: string;
  readonly instanceId?: string;
}

/** A place that was looked at, and what was there. */
export interface Look {
  readonly place: string;
  readonly found: string;
}

export interface Search {
  readonly seed: Seed | undefined;
  readonly looks: readonly Look[];
}

/** Empty files count as absent: tools write them. Without these parts there is nothing to apply. */
export function isComplete(files: SeedFiles): boolean {
  const parts = [files["user-data"], files["network-config"], files["gatepair.config"]];
  return parts.some((file) => file !== undefined && !isBlank(file.bytes));
}

/** Nothing but blanks and comments, such as `#cloud-config` alone; `#!` begins a script. */
export function isBlank(bytes: Uint8Array): boolean {
  const lines = new TextDecoder("latin1")
    .decode(bytes)
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split("\n");
  return lines.every((line) => /^\s*(#(?!!).*)?$/.test(line));
}

export function describeFiles(files: SeedFiles): string {
  const described = Object.values(files).map(({ name, bytes }) =>
    isBlank(bytes) ? `${name} (empty)` : name,
  );
  return described.length === 0 ? "no configuration" : described.join(", ");
}
