import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectDirectory } from "../support/lab/host.ts";

const again = join(projectDirectory, "build/again");

function inProject(script: string): void {
  execFileSync("bash", ["-eu", "-o", "pipefail", "-c", script], {
    cwd: projectDirectory,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Lines such as `<sum>  gatepair_0.1.0_amd64.vm.raw`, of the flavour `vm`. */
function sums(build: string): string[] {
  const lines = readFileSync(join(build, "SHA256SUMS"), "utf8").split("\n");
  return lines.filter((line) => line.includes(".vm."));
}

test("a second build, in another place and with nothing of the first but the packages, gives the same bytes", (t) => {
  rmSync(again, { recursive: true, force: true });
  t.after(() => rmSync(again, { recursive: true, force: true }));
  mkdirSync(join(again, "build/image"), { recursive: true });
  // File times too: what is newer than node_modules would be installed again.
  inProject("git ls-files -z | xargs -0 cp --archive --parents --target-directory=build/again");
  inProject("cp --archive --link node_modules build/again/");
  inProject("cp --archive --link build/image/{packages,sandbox} build/again/build/image/");
  inProject("ln -s ../../builder build/again/build/builder");
  inProject("make --directory=build/again image-vm");
  const first = sums(join(projectDirectory, "build"));
  assert.equal(first.length, 4, "raw, qcow2, manifest and SBOM");
  assert.deepEqual(sums(join(again, "build")), first);
});
