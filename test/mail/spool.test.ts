import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { SpooledMail } from "#mail/smtp-settings.ts";
import { Spool } from "#mail/spool.ts";

let directory = "";

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "gatepair-spool-")), "spool");
});

afterEach(async () => {
  await rm(join(directory, ".."), { recursive: true });
});

function createMail(number: number, text = "text"): SpooledMail {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return { id, queuedAt: 1000 + number, at: "2026-11-22T12:00:00.000Z", subject: "s", text };
}

async function openSpool(limits = { mails: 3, bytes: 10_000, setAside: 2 }): Promise<Spool> {
  const spool = new Spool(directory, limits);
  await spool.load();
  return spool;
}

describe("the mail spool", () => {
  test("keeps mails over a restart, oldest first, for root alone", async () => {
    const first = await openSpool();
    await first.add(createMail(2));
    await first.add(createMail(1));
    const second = await openSpool();
    assert.deepEqual(second.mails, [createMail(1), createMail(2)]);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
  });

  test("forgets a mail that is delivered", async () => {
    const spool = await openSpool();
    await spool.add(createMail(1));
    await spool.remove(createMail(1));
    assert.deepEqual(await readdir(directory), []);
    assert.deepEqual((await openSpool()).mails, []);
  });

  test("takes the same mail only once", async () => {
    const spool = await openSpool();
    await spool.add(createMail(1));
    await spool.add(createMail(1));
    assert.equal(spool.mails.length, 1);
  });

  test("when full lets the oldest go and counts it", async () => {
    const spool = await openSpool();
    const dropped: number[] = [];
    for (const number of [1, 2, 3, 4]) dropped.push(await spool.add(createMail(number)));
    assert.deepEqual(dropped, [0, 0, 0, 1]);
    assert.deepEqual(
      (await openSpool()).mails,
      [2, 3, 4].map((number) => createMail(number)),
    );
  });

  test("is bounded in bytes, but always holds the newest", async () => {
    const spool = await openSpool();
    await spool.add(createMail(1));
    assert.equal(await spool.add(createMail(2, "x".repeat(20_000))), 1);
    assert.deepEqual(
      spool.mails.map(({ queuedAt }) => queuedAt),
      [1002],
    );
  });

  test("moves corrupt files aside, names them, and removes unfinished ones", async () => {
    const spool = await openSpool();
    await spool.add(createMail(1));
    for (const name of ["a.json", "b.json", "c.json"]) {
      await writeFile(join(directory, name), '{"version":1,"id":"../../etc/passwd"}');
    }
    await writeFile(join(directory, "d.json.tmp"), "half a m");
    const next = new Spool(directory, { mails: 3, bytes: 10_000, setAside: 2 });
    assert.deepEqual(await next.load(), ["a.json", "b.json", "c.json"]);
    assert.deepEqual(next.mails, [createMail(1)]);
    assert.deepEqual((await readdir(join(directory, "corrupt"))).toSorted(), ["b.json", "c.json"]);
    assert.equal((await readdir(directory)).length, 2);
  });

  test("keeps what the server refused for a look", async () => {
    const spool = await openSpool();
    await spool.add(createMail(1));
    await spool.setAside(createMail(1));
    assert.equal((await readdir(join(directory, "undeliverable"))).length, 1);
    assert.deepEqual((await openSpool()).mails, []);
  });

  test("holds a mail in memory when the disk refuses it", async () => {
    const spool = await openSpool();
    await rm(directory, { recursive: true });
    await assert.rejects(spool.add(createMail(1)), /ENOENT/);
    assert.deepEqual(spool.mails, [createMail(1)]);
    await writeFile(directory, "");
    await chmod(directory, 0o600);
  });
});
