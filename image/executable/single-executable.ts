import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./bundle-code.ts";
import { nativeParts } from "./native-parts.ts";
import { buildFlags, runtimeFlags } from "./runtime-flags.ts";

export interface ExecutableOptions {
  /** The bundle that runs. */
  readonly main: string;
  readonly output: string;
  /** Further assets: name -> file. */
  readonly assets: Readonly<Record<string, string>>;
}

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
    // The little that runs first; the program brings its own (code-cache.ts).
    useCodeCache: true,
    useSnapshot: false,
    execArgv: runtimeFlags,
    // NODE_OPTIONS and --node-options do not reach into a daemon that runs as root.
    execArgvExtension: "none",
  };
  const configFile = `${output}.sea.json`;
  writeFileSync(resolve(root, configFile), `${JSON.stringify(config, null, 2)}\n`);
  execFileSync(process.execPath, [...buildFlags, "--build-sea", configFile], {
    cwd: root,
    stdio: "pipe",
  });
  // Renamed into place, so that one that runs now goes on with its own.
  renameSync(resolve(root, fresh), resolve(root, output));
}
