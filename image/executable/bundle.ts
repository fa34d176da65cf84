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
import { warmUp, warmUpCommands } from "./code-cache.ts";

const executable = "build/gatepair";

/** What start.ts starts, each with its code cache: the command, and a thread of the daemon. */
const programs = [
  { name: "gatepair", entry: "src/main.ts", warmUp: warmUpCommands },
  // It runs to work, which warms nothing up.
  { name: "background", entry: "src/mail/background.ts", warmUp: [] },
];

/** Of a thread that starts from its text: a few lines, and often nobody needs it. */
const scripts = { entry: "src/linux/programs/script-worker.ts", outfile: "build/scripts.cjs" };

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

async function bundleAll(): Promise<void> {
  for (const { name, entry } of programs) {
    await bundleCode({ entry, outfile: `build/${name}.cjs`, asFunction: true });
    await bundleCode({
      entry: "image/executable/start.ts",
      outfile: `build/start-${name}.cjs`,
      define: { PROGRAM: JSON.stringify(name) },
    });
  }
  await bundleCode(scripts);
}

function warmUpAll(): void {
  for (const { name, warmUp: commands } of programs) {
    warmUp(`build/${name}.cjs`, `build/${name}.cache`, commands);
  }
}

mkdirSync(join(root, "build"), { recursive: true });
requireNativeParts();
await step("bundling the sources", bundleAll);
await step("warming up V8's code cache", warmUpAll);
await step(`making ${executable}`, () => {
  buildExecutable({
    main: "build/start-gatepair.cjs",
    output: executable,
    assets: {
      "gatepair.cjs": "build/gatepair.cjs",
      "gatepair.cache": "build/gatepair.cache",
      "background.js": "build/start-background.cjs",
      "background.cjs": "build/background.cjs",
      "background.cache": "build/background.cache",
      "scripts.js": scripts.outfile,
    },
  });
});
const size = statSync(join(root, executable)).size / 1e6;
console.log(`${executable}: ${size.toFixed(0)} MB`);
