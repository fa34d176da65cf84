import { readFile, stat } from "node:fs/promises";

import { longestDocument } from "#config/read-yaml.ts";

/** The text of a configuration file, or why there is none. */
export type ConfigFileReading =
  | { readonly text: string }
  | { readonly text: undefined; readonly problem: string };

/** UTF-8 needs at most 3 bytes for each UTF-16 unit that the parser counts. */
const mostBytes = 3 * longestDocument;

/** Reads a file that may be missing, no file at all, too large or no text. */
export async function readConfigFile(path: string): Promise<ConfigFileReading> {
  try {
    const status = await stat(path);
    // Reading a device or a pipe might never end.
    if (!status.isFile()) return refuse("cannot read: it is not a regular file");
    if (status.size > mostBytes) return refuse(`cannot read: ${status.size} bytes are too large`);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    return refuse(describeReadError(error));
  }
}

function refuse(problem: string): ConfigFileReading {
  return { text: undefined, problem };
}

function describeReadError(error: unknown): string {
  if (error instanceof TypeError) return "cannot read: the file is not UTF-8 text";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return `cannot read: ${reasons[code] ?? String(error)}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  ENOTDIR: "a part of the path is not a directory",
};
