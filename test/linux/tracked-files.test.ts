import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readTrackedFile } from "#linux/tracked-files.ts";

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "gatepair-files-"));
});
after(() => rm(directory, { recursive: true }));

describe("reading a tracked file", () => {
  const noFile = { type: "unusable", detail: "it is no regular file" };

  test("gives its text, through links as well", async () => {
    const path = join(directory, "number");
    await writeFile(path, "50\n");
    await symlink(path, join(directory, "link"));
    for (const name of ["number", "link"]) {
      const found = await readTrackedFile(join(directory, name));
      assert.deepEqual(found, { type: "text", text: "50\n" });
    }
  });

  test("tells that there is none, where the way to it ends too", async () => {
    await writeFile(join(directory, "plain"), "");
    await symlink(join(directory, "nowhere"), join(directory, "dangling"));
    for (const name of ["absent", "absent/number", "plain/number", "dangling"]) {
      assert.deepEqual(await readTrackedFile(join(directory, name)), { type: "absent" }, name);
    }
  });

  test("takes 64 bytes, and not one more", async () => {
    const path = join(directory, "long");
    await writeFile(path, "1".repeat(64));
    assert.deepEqual(await readTrackedFile(path), { type: "text", text: "1".repeat(64) });
    await writeFile(path, "1".repeat(65));
    const detail = "it is longer than 64 bytes";
    assert.deepEqual(await readTrackedFile(path), { type: "unusable", detail });
  });

  test(
    "does not wait for a FIFO, and opens no device and no directory",
    { timeout: 5000 },
    async () => {
      const fifo = join(directory, "fifo");
      execFileSync("mkfifo", [fifo]);
      await mkdir(join(directory, "sub"));
      for (const path of [fifo, join(directory, "sub"), "/dev/zero"]) {
        assert.deepEqual(await readTrackedFile(path), noFile, path);
      }
    },
  );

  test("says by what error it failed", async () => {
    const loop = join(directory, "loop");
    await symlink(loop, loop);
    assert.deepEqual(await readTrackedFile(loop), { type: "unusable", detail: "ELOOP" });
  });
});
