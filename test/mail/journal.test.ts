import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { instant, milliseconds } from "#base/time.ts";
import type { CommandResult } from "#engine/commands.ts";
import type { BackgroundReply, BackgroundRequest } from "#mail/background-messages.ts";
import { BackgroundThread, type BackgroundUser } from "#mail/background-thread.ts";
import { JournalKeeper } from "#mail/journal-keeper.ts";
import { defaultJournalLimits, JournalStore } from "#mail/journal-store.ts";
import { startBackground } from "#mail/start-background.ts";
import type { PacketChunk, Taken } from "#recording/entries.ts";
import { encodeIpv4Packet } from "#vrrp/packets/ipv4-packet.ts";
import { parseRecording } from "../support/recordings.ts";
import { ip } from "../support/vrrp-fixtures.ts";

const directory = mkdtempSync(join(tmpdir(), "gatepair-journal-"));
after(() => rmSync(directory, { recursive: true }));

const header = { program: "gatepair", routerId: "gw1", units: [] };
const taken: Taken = { at: instant(5000), time: "2026-01-01T00:00:00.000Z" };

function chunk(at: number, entries = 1): PacketChunk {
  const verdict = { refused: "time-to-live" } as const;
  // Random bytes cannot be packed.
  const payload = crypto.getRandomValues(new Uint8Array(980));
  payload[0] = 0x31;
  const ends = { source: ip("192.0.2.1"), destination: ip("224.0.0.18") };
  const bytes = encodeIpv4Packet({ ...ends, protocol: 112, ttl: 9, payload });
  const entry = { interfaceName: "eth0", bytes, length: 1000, localAddress: undefined, verdict };
  const when = { at: instant(at), until: instant(at), count: 1 };
  const all = Array.from({ length: entries }, () => ({ ...entry, ...when }));
  return { type: "packets", sequence: 0, entries: all };
}

function read(file: string) {
  return parseRecording(gunzipSync(readFileSync(file)).toString().trimEnd().split("\n"));
}

describe("the store of the journal", () => {
  test("writes what it has, and sets aside what an earlier run wrote", async () => {
    const place = join(directory, "runs");
    for (const run of [1, 2, 3, 4, 5, 6]) {
      const store = new JournalStore(place, header);
      for (let count = 0; count < run; count++) store.keep(chunk(count), 0);
      await store.write(taken);
      await store.write(taken);
    }
    const files = readdirSync(place).toSorted();
    const wanted = ["journal.1.jsonl.gz", "journal.2.jsonl.gz", "journal.3.jsonl.gz"];
    assert.deepEqual(files, [...wanted, "journal.jsonl.gz"]);
    assert.deepEqual(
      files.map((name) => read(join(place, name)).length - 1),
      [5, 4, 3, 6],
    );
  });

  test("drops the oldest beyond its size, and says how many", async () => {
    const limits = { ...defaultJournalLimits, bytes: 32 * 1024 };
    const store = new JournalStore(join(directory, "full"), header, limits);
    for (let count = 0; count < 100; count++) store.keep(chunk(count), 0);
    const [, lost, ...kept] = read(await store.write(taken));
    assert.equal(lost?.type, "lost");
    assert.equal(lost.entries + kept.length, 100);
    assert.ok(kept.length > 10 && kept.length < 33, String(kept.length));
    const newest = kept.at(-1);
    assert.equal(newest?.type === "packet" && newest.at, 99);
  });

  test("drops what is too old", async () => {
    const store = new JournalStore(join(directory, "old"), header);
    store.keep(chunk(0), 0);
    store.keep(chunk(23 * 3_600_000), 0);
    store.keep(chunk(25 * 3_600_000), 7);
    const [, lost, ...kept] = read(await store.write(taken));
    assert.deepEqual(lost, { type: "lost", entries: 8 });
    assert.equal(kept.length, 2);
  });

  test("that flaps writes once in a while, and what is planned when it ends", async () => {
    const place = join(directory, "flapping");
    const store = new JournalStore(place, header);
    await store.write(taken);
    for (let count = 0; count < 5; count++) {
      store.keep(chunk(count), 0);
      store.writeSoon(taken, (error) => assert.fail(String(error)));
    }
    assert.equal(read(join(place, "journal.jsonl.gz")).length, 1);
    await store.settle();
    assert.equal(read(join(place, "journal.jsonl.gz")).length, 6);
  });
});

/** A background thread of which only the messages are there. */
class SilentThread {
  readonly posted: BackgroundRequest[] = [];
  readonly users: BackgroundUser[] = [];

  addUser(user: BackgroundUser): void {
    this.users.push(user);
  }

  post(request: BackgroundRequest): void {
    this.posted.push(request);
  }

  reply(reply: BackgroundReply): void {
    for (const user of this.users) user.onReply(reply);
  }
}

function keeperOf(thread: SilentThread): JournalKeeper {
  const options = { directory, header, taken: () => taken };
  return new JournalKeeper({ ...options, thread: thread as unknown as BackgroundThread });
}

describe("the keeper of the journal", () => {
  const done: BackgroundReply = { type: "journal-done", result: { ok: true, message: "" } };

  test("sends a thread that does not answer no more, and counts what it drops", () => {
    const thread = new SilentThread();
    const keeper = keeperOf(thread);
    for (let count = 0; count < 150; count++) keeper.keep(chunk(count, 32));
    assert.equal(thread.posted.length, 4);
    for (let count = 0; count < 200; count++) thread.reply(done);
    const kept = thread.posted.filter((request) => request.type === "journal-keep");
    assert.equal(kept.length, 4096 / 32);
    keeper.keep(chunk(150));
    const last = thread.posted.at(-1);
    const lost = kept.reduce((sum, request) => sum + request.lost, 0);
    assert.equal(lost + (last?.type === "journal-keep" ? last.lost : 0), 150 * 32 - 4096);
  });

  test("loses nothing of the start of many machines, which comes before the thread's", () => {
    const thread = new SilentThread();
    const keeper = keeperOf(thread);
    for (let count = 0; count < 510; count++) keeper.keep(chunk(count, 8));
    for (let count = 0; count < 510; count++) thread.reply(done);
    const kept = thread.posted.filter((request) => request.type === "journal-keep");
    assert.equal(kept.length, 510);
    assert.ok(kept.every(({ lost }) => lost === 0));
  });

  test("answers those who wait when the thread fails, and goes on with the next one", () => {
    const thread = new SilentThread();
    const keeper = keeperOf(thread);
    const answers: CommandResult[] = [];
    keeper.keep(chunk(1));
    keeper.write((answer) => answers.push(answer));
    for (const user of thread.users) user.onFailure?.("it was stuck");
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [false],
    );
    thread.posted.length = 0;
    for (const user of thread.users) user.onStart();
    assert.deepEqual(
      thread.posted.map(({ type }) => type),
      ["configure-journal", "journal-keep"],
    );
  });

  test("of many who want it written and do not wait asks once", () => {
    const thread = new SilentThread();
    const keeper = keeperOf(thread);
    for (let count = 0; count < 4; count++) keeper.keep(chunk(count));
    for (let count = 0; count < 50; count++) keeper.write(undefined);
    for (let count = 0; count < 60; count++) thread.reply(done);
    assert.equal(thread.posted.filter(({ type }) => type === "journal-write").length, 1);
  });

  test("gets a recording out of the real thread, keys masked", async () => {
    const url = new URL("../../src/mail/background.ts", import.meta.url);
    const spoolDirectory = join(directory, "spool");
    const thread = new BackgroundThread({
      start: () => startBackground({ kind: "file", url }, { spoolDirectory }),
      onFailure: ({ reason }) => assert.fail(reason),
    });
    const place = join(directory, "real");
    const keeper = new JournalKeeper({ thread, directory: place, header, taken: () => taken });
    thread.start();
    for (let count = 0; count < 10; count++) keeper.keep(chunk(count));
    const answer = await new Promise<CommandResult>((resolve) => {
      keeper.write(resolve);
    });
    assert.deepEqual(answer, { ok: true, message: join(place, "journal.jsonl.gz") });
    assert.equal(read(answer.message).length, 11);
    await thread.close({ deadline: milliseconds(3000) });
  });
});
