import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * The named fields of each frame of a capture file, as tshark(1) decodes them: text, empty where a
 * frame has none, with commas between several values.
 */
export async function readFields<Field extends string>(
  file: string,
  fields: readonly Field[],
  preferences: readonly string[] = [],
): Promise<Record<Field, string>[]> {
  const columns = fields.flatMap((field) => ["-e", field]);
  const chosen = preferences.flatMap((preference) => ["-o", preference]);
  const format = ["-T", "fields", "-E", "separator=/t", "-E", "aggregator=,", ...columns];
  const { stdout } = await promisify(execFile)("tshark", ["-n", ...chosen, "-r", file, ...format], {
    maxBuffer: 64 << 20,
  });
  const lines = stdout.split("\n").filter(Boolean);
  return lines.map((line) => {
    const values = line.split("\t");
    const named = fields.map((field, index) => [field, values[index] ?? ""]);
    return Object.fromEntries(named) as Record<Field, string>;
  });
}
