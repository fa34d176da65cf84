import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./bundle-code.ts";
import { buildFlags, warmUpFlags } from "./runtime-flags.ts";

const configuration = join(root, "image/executable/warm-up.yaml");

/**
 * What runs at each boot, as far as it depends on no host: the same inputs have to give the same
 * bytes. The daemon ends at the directory that cannot be made, when its parts are loaded.
 */
export const warmUpCommands: readonly (readonly string[])[] = [
  ["firstboot", "--check", join(root, "image/examples/reference/gw1")],
  ["check", configuration],
  ["run", "--config", configuration, "--runtime-dir", "/dev/null/none"],
];

/** Writes what V8 compiled for a program that ran these commands, each an array of arguments. */
export function warmUp(program: string, cache: string, commands: typeof warmUpCommands): void {
  const script = [...warmUpFlags, "image/executable/warm-up.ts"];
  runNode(...script, program, cache, JSON.stringify(commands));
  // What V8 refuses it compiles anew, and says nothing: the executable would only be slow.
  runNode("--eval", acceptsCache, program, cache);
}

const acceptsCache = `
  const [program, cache] = process.argv.slice(1).map((path) => fs.readFileSync(path));
  const script = new vm.Script(program.toString(), { cachedData: cache });
  if (script.cachedDataRejected !== false) throw new Error("V8 refuses the code cache");
`;

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, [...buildFlags, ...args], { cwd: root, stdio: "pipe" });
}
