import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/** The top of the repository; paths in the outputs are relative to it, wherever it lies. */
export const root = join(import.meta.dirname, "../..");

export interface BundleOptions {
  readonly entry: string;
  readonly outfile: string;
  /** An expression that is a function, for start.ts; a program of its own otherwise. */
  readonly asFunction?: boolean;
  /** Constants of the source: name -> expression. */
  readonly define?: Readonly<Record<string, string>>;
}

/**
 * Packages load their compiled part by a path; in the executable it is an asset. The key is what the
 * package requires, the value the module that takes its place.
 */
const nativeRequires: Readonly<Record<string, string>> = {
  "./build/Release/raw.node": `module.exports = loadNative("raw");`,
  "node-gyp-build": `module.exports = () => loadNative("netlink");`,
};

const nativeAssets: Plugin = {
  name: "native-assets",
  setup(builder) {
    const namespace = "native-asset";
    builder.onResolve(
      { filter: /^(\.\/build\/Release\/raw\.node|node-gyp-build)$/ },
      (request) => ({
        path: request.path,
        namespace,
      }),
    );
    builder.onLoad({ filter: /.*/, namespace }, (module) => ({
      contents: `const { loadNative } = require("#linux/native-loader.ts");\n${nativeRequires[module.path]}`,
      resolveDir: join(root, "src"),
    }));
  },
};

const asModuleFunction = {
  banner: { js: "(function (require, __filename, __dirname) {" },
  footer: { js: "})" },
};

/** One CommonJS file with everything that `entry` uses. A warning of the bundler is an error. */
export async function bundleCode({
  entry,
  outfile,
  asFunction = false,
  define = {},
}: BundleOptions): Promise<void> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node26",
    // The executable has no files to import: import() of a built-in module becomes require().
    supported: { "dynamic-import": false },
    define: {
      GATEPAIR_VERSION: JSON.stringify(packageVersion()),
      // Only code for a working tree asks where it lies.
      "import.meta.url": "undefined",
      ...define,
    },
    ...(asFunction ? asModuleFunction : {}),
    plugins: [nativeAssets],
    // The text is held in memory for as long as it runs.
    minifyWhitespace: true,
    logLevel: "warning",
  });
  if (result.warnings.length > 0) throw new Error(`the bundler warned about ${entry}`);
  keepToAscii(resolve(root, outfile));
}

/**
 * One character beyond Latin-1 (comments and regular expressions of packages have some), and V8 would
 * hold the whole text with two bytes for each.
 */
function keepToAscii(path: string): void {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replaceAll(/[^\0-\x7f]/g, escape));
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
