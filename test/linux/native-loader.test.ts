import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { loadFromBytes, NativeLoadError } from "#linux/native-loader.ts";
import { inPrivateNetwork, testInPrivateNetwork } from "../support/netns.ts";

const built = join(import.meta.dirname, "../../src/linux/native/build/Release/gatepair.node");

/** A directory with a tmpfs on it, in this test's own mount namespace. */
function mountTmpfs(parent: string, name: string, options: string): string {
  const path = join(parent, name);
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
  return path;
}

function describeLoader(): void {
  const bytes = readFileSync(built);
  const top = mountTmpfs("/run", "gatepair-loader", "size=64m"); // a /run of its own
  const noexec = mountTmpfs(top, "noexec", "noexec");
  const readOnly = mountTmpfs(top, "read-only", "ro");
  const executable = mountTmpfs(top, "exec", "exec");

  test("a filesystem without execution is passed over for the next place", () => {
    const places = [join(top, "absent"), readOnly, noexec, executable];
    const native = loadFromBytes("gatepair", bytes, places) as { bootTime(): number };
    assert.ok(native.bootTime() > 0);
  });

  test("nothing is left behind, neither where it worked nor where it did not", () => {
    assert.deepEqual(readdirSync(noexec), []);
    assert.deepEqual(readdirSync(executable), []);
  });

  test("when no place allows it, the error names every place and why", () => {
    assert.throws(
      () => loadFromBytes("gatepair", bytes, [join(top, "absent"), readOnly, noexec]),
      (error: Error) => {
        assert.ok(error instanceof NativeLoadError);
        assert.match(error.message, /absent: ENOENT/);
        assert.match(error.message, /read-only: EROFS/);
        assert.match(error.message, /noexec: .*failed to map segment/);
        assert.match(error.message, /not mounted noexec/);
        return true;
      },
    );
  });
}

if (inPrivateNetwork) describe("loading of native parts", describeLoader);
else testInPrivateNetwork(import.meta.filename);
