import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dlopen, env } from "node:process";
import { getRawAsset, isSea } from "node:sea";
import { fileURLToPath } from "node:url";

/** The compiled parts of the executable; each is one of its assets, under this name. */
export type NativePart = "gatepair" | "netlink" | "raw";

/** Where `node image/executable/native.ts` leaves each part in a working tree. */
const builtParts: Readonly<Record<NativePart, string>> = {
  gatepair: "./native/build/Release/gatepair.node",
  netlink: "../../node_modules/netlink/build/Release/netlink_binding.node",
  raw: "../../node_modules/raw-socket/build/Release/raw.node",
};

/** No directory was found from which the dynamic linker may load code. */
export class NativeLoadError extends Error {
  override readonly name = "NativeLoadError";
}

/**
 * Loads a compiled part and gives its exports. Call it when the part is needed, not at start-up:
 * commands like `check` never do. Throws NativeLoadError.
 */
export function loadNative(part: NativePart): unknown {
  if (!isSea()) return loadBuilt(part);
  return loadFromBytes(part, new Uint8Array(getRawAsset(part)), candidatePlaces());
}

function loadBuilt(part: NativePart): unknown {
  const path = fileURLToPath(new URL(builtParts[part], import.meta.url));
  try {
    return load(path);
  } catch (error) {
    throw new NativeLoadError(
      `cannot load ${path}: ${messageOf(error)}; build it with: node image/executable/native.ts`,
    );
  }
}

/**
 * The dynamic linker wants a file, and wants it on a filesystem that allows execution; /run and
 * /tmp are often mounted noexec (mount(8)). So each place is tried in turn. The file is gone again
 * when this returns: what was loaded stays mapped.
 */
export function loadFromBytes(
  part: NativePart,
  bytes: Uint8Array,
  places: Iterable<string>,
): unknown {
  const failures: string[] = [];
  for (const place of places) {
    try {
      return loadIn(place, part, bytes);
    } catch (error) {
      failures.push(`  ${place}: ${messageOf(error)}`);
    }
  }
  throw new NativeLoadError(
    `cannot load the native part "${part}" from any of these directories:\n${failures.join("\n")}\n` +
      "One of them must be writable and on a filesystem that is not mounted noexec.",
  );
}

/** systemd names the unit's own directories in the environment (systemd.exec(5)). */
function candidatePlaces(): ReadonlySet<string> {
  const ownDirectories = [env["RUNTIME_DIRECTORY"], env["STATE_DIRECTORY"]]
    .flatMap((list) => list?.split(":") ?? [])
    .filter((path) => path.startsWith("/"));
  return new Set([
    ...ownDirectories,
    "/run/gatepair",
    "/tmp",
    "/var/lib/gatepair",
    "/var/tmp",
    "/dev/shm",
    "/run",
  ]);
}

function loadIn(place: string, part: NativePart, bytes: Uint8Array): unknown {
  // Mode 0700 and a name that nobody can guess or have made before us (mkdtemp(3)).
  const directory = mkdtempSync(join(place, ".gatepair-"));
  try {
    const path = join(directory, `${part}.node`);
    writeFileSync(path, bytes, { flag: "wx", mode: 0o700 });
    return load(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function load(path: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  dlopen(module, path);
  return module.exports;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
