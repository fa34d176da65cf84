/**
 * Runs a program's commands and keeps what V8 compiled for them:
 *
 *     node FLAGS image/executable/warm-up.ts PROGRAM CACHE [COMMANDS]
 *
 * FLAGS are those that the executable runs with, for V8 refuses what was compiled under others, and
 * those for a warm-up. COMMANDS is a JSON array of arguments; their output goes nowhere. The last one
 * may end the process.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { root } from "./bundle-code.ts";
import { afterWarmUpFlags } from "./runtime-flags.ts";
import { nativeParts } from "./native-parts.ts";
import type { NativePart } from "#linux/native-loader.ts";

type Program = (require: (name: string) => unknown, file: string, directory: string) => void;

const [programPath = "", cachePath = "", commandsText = "[]"] = process.argv.slice(2);
const commands = JSON.parse(commandsText) as string[][];
const script = new Script(readFileSync(programPath, "utf8"), { filename: programPath });

function assetFile(name: NativePart): Buffer {
  const { directory, output } = nativeParts[name];
  return readFileSync(join(root, directory, output));
}

const requireBuiltIn = createRequire(import.meta.url);

/** The program sees itself in the executable, whose assets are files here; it leaves V8 as it is. */
const replaced: Readonly<Record<string, unknown>> = {
  "node:sea": { isSea: () => true, getRawAsset: assetFile, getAsset: () => "" },
  "node:v8": { setFlagsFromString: () => {} },
};

function requireAsInExecutable(name: string): unknown {
  return replaced[name] ?? requireBuiltIn(name);
}

function runNext(): void {
  const command = commands.shift();
  if (command === undefined) return;
  process.argv = [process.execPath, programPath, ...command];
  (script.runInThisContext() as Program)(requireAsInExecutable, programPath, root);
}

/**
 * Which functions V8 compiles once more, and when, depends on how busy the machine is, and leaves
 * traces in the cache. The flags are as before when the cache is made, because it holds for them.
 */
const steadyFlags = ["opt", "maglev", "sparkplug", "flush-bytecode"];
for (const flag of steadyFlags) setFlagsFromString(`--no-${flag}`);

process.on("beforeExit", runNext);
process.on("exit", () => {
  for (const flag of steadyFlags) setFlagsFromString(`--${flag}`);
  for (const flag of afterWarmUpFlags) setFlagsFromString(flag);
  writeFileSync(cachePath, script.createCachedData());
  // What a command answered does not count: only that V8 has seen all of them.
  process.exitCode = commands.length === 0 ? 0 : 1;
});
