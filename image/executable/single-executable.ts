import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./bundle-code.ts";
import { nativeParts } from "./native-parts.ts";

export interface ExecutableOptions {
  /** The bundle that runs. */
  readonly main: string;
  readonly output: string;
  /** Further assets: name -> file. */
  readonly assets: Readonly<Record<string, string>>;
}

/** V8 at work in a small daemon. Not NODE_OPTIONS' names: `node --v8-options` lists them. */
const runtimeFlags = [
  "--max-semi-space-size=1",
  "--optimize-for-size",
  "--v8-pool-size=1",
  // A thread that helps to collect garbage is no real-time thread, but the one that sends
  // Advertisements is, and waits for it: with one processor, for as long as it leaves it no time.
  "--single-threaded-gc",
  // The code that runs often gets to the last compiler as well without the two before it, and what
  // runs once, as all of a short command does, is not worth their time.
  "--no-sparkplug",
  "--no-maglev",
];

/** The compiled parts, under the names by which loadNative asks for them. */
function nativeAssetFiles(): Record<string, string> {
  const entries = Object.entries(nativeParts);
  return Object.fromEntries(
    entries.map(([name, { directory, output }]) => [name, join(directory, output)]),
  );
}

/**
 * Puts a bundle and its assets into a copy of the Node that runs this
 * (https://nodejs.org/api/single-executable-applications.html). The same inputs give the same bytes.
 */
export function buildExecutable({ main, output, assets }: ExecutableOptions): void {
  const fresh = `${output}.new`;
  const config = {
    main,
    output: fresh,
    assets: { ...nativeAssetFiles(), ...assets },
    disableExperimentalSEAWarning: true,
    // A third of the start-up is compiling otherwise.
    useCodeCache: true,
    useSnapshot: false,
    execArgv: runtimeFlags,
    // NODE_OPTIONS and --node-options do not reach into a daemon that runs as root.
    execArgvExtension: "none",
  };
  const configFile = `${output}.sea.json`;
  writeFileSync(resolve(root, configFile), `${JSON.stringify(config, null, 2)}\n`);
  // The code cache holds for the flags that it was made under, and the seed makes it the same each time.
  const flags = [...runtimeFlags, "--random-seed=1"];
  execFileSync(process.execPath, [...flags, "--build-sea", configFile], {
    cwd: root,
    stdio: "pipe",
  });
  // Renamed into place, so that one that runs now goes on with its own.
  renameSync(resolve(root, fresh), resolve(root, output));
}
