/**
 * Makes build/gatepair, the one executable, from the sources and the compiled native parts.
 *
 *     node image/executable/bundle.ts
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleCode, root } from "./bundle-code.ts";
import { nativeParts } from "./native-parts.ts";
import { buildExecutable } from "./single-executable.ts";

const executable = "build/gatepair";
const mainBundle = { entry: "src/main.ts", outfile: "build/gatepair.cjs" };

/** Code for worker threads: they start from a string, which the main thread reads as an asset. */
const workerBundles = [
  {
    asset: "scripts.js",
    entry: "src/linux/programs/script-worker.ts",
    outfile: "build/scripts.cjs",
  },
  { asset: "background.js", entry: "src/mail/background.ts", outfile: "build/background.cjs" },
];

/** Says what begins before it begins, and how long it took. */
async function step(text: string, work: () => Promise<void> | void): Promise<void> {
  const started = performance.now();
  process.stdout.write(`${text} ...`);
  await work();
  process.stdout.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

function requireNativeParts(): void {
  const missing = Object.entries(nativeParts).filter(
    ([, { directory, output }]) => !existsSync(join(root, directory, output)),
  );
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(" ");
  throw new Error(`not compiled yet; run: node image/executable/native.ts ${names}`);
}

/** The metafile of build/gatepair.cjs is build/metafile.json, of others build/<name>.metafile.json. */
async function bundleAll(): Promise<void> {
  await bundleCode({ ...mainBundle, metafile: "build/metafile.json" });
  for (const { entry, outfile } of workerBundles) {
    const metafile = outfile.replace(".cjs", ".metafile.json");
    // Nearly all of it is packages that we do not debug.
    await bundleCode({ entry, outfile, metafile, compact: true });
  }
}

mkdirSync(join(root, "build"), { recursive: true });
requireNativeParts();
await step("bundling the sources", bundleAll);
await step(`making ${executable}`, () => {
  const assets = workerBundles.map(({ asset, outfile }) => [asset, outfile]);
  buildExecutable({
    main: mainBundle.outfile,
    output: executable,
    assets: Object.fromEntries(assets),
  });
});
const size = statSync(join(root, executable)).size / 1e6;
console.log(`${executable}: ${size.toFixed(0)} MB`);
