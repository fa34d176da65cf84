import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What the checksum of version 3 over IPv4 covers. */
export type ChecksumForm = "with_pseudo_header" | "message_only";

/**
 * keepalived, FRR and gatepair count the pseudo-header in unless they are told otherwise. Version
 * 4.4 of tshark takes RFC 9568 at its word, and calls such a checksum wrong.
 */
const checksumPreferences = {
  with_pseudo_header: "vrrp.v3_checksum_as_in_v2:FALSE",
  message_only: "vrrp.v3_checksum_as_in_v2:TRUE",
} as const;

/** Version 4.0 writes a flag as 1 or 0, version 4.4 in words. */
const flagValues = new Map([
  ["True", "1"],
  ["False", "0"],
]);

/**
 * The named fields of each frame of a capture file, as tshark(1) decodes them: text, empty where a
 * frame has none, with commas between several values. A flag is 1 or 0.
 */
export async function readFields<Field extends string>(
  file: string,
  fields: readonly Field[],
  preferences: readonly string[] = [],
  checksum: ChecksumForm = "with_pseudo_header",
): Promise<Record<Field, string>[]> {
  const columns = fields.flatMap((field) => ["-e", field]);
  const chosen = [checksumPreferences[checksum], ...preferences].flatMap((each) => ["-o", each]);
  const format = ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=,", ...columns];
  const { stdout } = await promisify(execFile)("tshark", ["-n", ...chosen, "-r", file, ...format], {
    maxBuffer: 64 << 20,
  });
  const lines = stdout.split("\n").filter(Boolean);
  return lines.map((line) => {
    const values = line.split("\t").map((value) => flagValues.get(value) ?? value);
    const named = fields.map((field, index) => [field, values[index] ?? ""]);
    return Object.fromEntries(named) as Record<Field, string>;
  });
}
