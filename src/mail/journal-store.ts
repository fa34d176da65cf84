import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seconds, type Instant } from "#base/time.ts";
import type { Chunk, RecordingHeader, Taken } from "#recording/entries.ts";
import { chunkToJson, headerToJson, lostToJson } from "#recording/format.ts";
import { ensurePrivateDirectory, writeDurableFile } from "./durable-file.ts";

export interface JournalLimits {
  /** Of all chunks as they are packed; shared out among those that they are of. */
  readonly bytes: number;
  readonly age: number;
  /** Between two writings that nobody asked for. */
  readonly pause: number;
  /** Recordings of earlier runs that are kept. */
  readonly earlierRuns: number;
}

/** Packed, an hour of a Virtual Router at rest takes about 4 kB. */
export const defaultJournalLimits: JournalLimits = {
  bytes: 2 * 1024 * 1024,
  age: seconds(24 * 3600),
  pause: seconds(10),
  earlierRuns: 3,
};

/** However many share: enough for the last minutes. */
const leastShare = 16 * 1024;

interface Packed {
  readonly bytes: Uint8Array;
  readonly entries: number;
  readonly until: Instant;
}

/** What the journal kept of one machine, or of the packets; oldest first. */
interface Shelf {
  readonly chunks: Packed[];
  bytes: number;
}

/**
 * The last hours as packed text in memory, in the background thread. It goes to the disk when
 * something happened, not all the time: flash wears out.
 */
export class JournalStore {
  readonly #directory: string;
  readonly #header: RecordingHeader;
  readonly #limits: JournalLimits;
  readonly #shelves = new Map<string, Shelf>();
  #lost = 0;
  #rotated = false;
  #writing: Promise<unknown> = Promise.resolve();
  #lastWrite = Number.NEGATIVE_INFINITY;
  #planned: NodeJS.Timeout | undefined;
  #plan: (() => void) | undefined;

  constructor(
    directory: string,
    header: RecordingHeader,
    limits: JournalLimits = defaultJournalLimits,
  ) {
    this.#directory = directory;
    this.#header = header;
    this.#limits = limits;
  }

  /** `lost`: entries that did not get here, in all. */
  keep(chunk: Chunk, lost: number): void {
    this.#lost += lost;
    const name = chunk.type === "steps" ? chunk.unit : "";
    const shelf = this.#shelves.get(name) ?? { chunks: [], bytes: 0 };
    this.#shelves.set(name, shelf);
    const bytes = pack(chunkToJson(chunk));
    const until = chunk.entries.reduce((last, entry) => Math.max(last, entry.until), 0) as Instant;
    shelf.chunks.push({ bytes, entries: chunk.entries.length, until });
    shelf.bytes += bytes.length;
    this.#trim(shelf, until);
  }

  /** Answers the path of the file. Throws what the file system throws. */
  write(taken: Taken): Promise<string> {
    const written = this.#writing.catch(() => {}).then(() => this.#write(taken));
    this.#writing = written;
    return written;
  }

  /** Writes in a while, if it was done just now. */
  writeSoon(taken: Taken, onProblem: (error: unknown) => void): void {
    if (this.#planned !== undefined) return;
    this.#plan = () => {
      this.#planned = undefined;
      this.#plan = undefined;
      this.write(taken).catch(onProblem);
    };
    const wait = this.#lastWrite + this.#limits.pause - performance.now();
    this.#planned = setTimeout(this.#plan, Math.max(0, wait));
  }

  /** What was planned is done now. */
  async settle(): Promise<void> {
    clearTimeout(this.#planned);
    this.#plan?.();
    await this.#writing.catch(() => {});
  }

  async #write(taken: Taken): Promise<string> {
    this.#lastWrite = performance.now();
    await ensurePrivateDirectory(this.#directory);
    await this.#setEarlierRunsAside();
    const path = this.#path(0);
    const chunks = [...this.#shelves.values()].flatMap((shelf) => shelf.chunks);
    const start = [headerToJson(this.#header, taken)];
    if (this.#lost > 0) start.push(lostToJson(this.#lost));
    // Members of a gzip file may follow one another (RFC 1952, 2.2).
    const parts = [pack(start), ...chunks.map(({ bytes }) => bytes)];
    await writeDurableFile(path, Buffer.concat(parts));
    return path;
  }

  #trim(shelf: Shelf, now: Instant): void {
    const share = Math.max(leastShare, this.#limits.bytes / this.#shelves.size);
    for (;;) {
      const [oldest, ...newer] = shelf.chunks.slice(0, 2);
      if (oldest === undefined || newer.length === 0) return;
      if (shelf.bytes <= share && now - oldest.until <= this.#limits.age) return;
      shelf.chunks.shift();
      shelf.bytes -= oldest.bytes.length;
      this.#lost += oldest.entries;
    }
  }

  /** What an earlier run wrote is the recording of how it ended. */
  async #setEarlierRunsAside(): Promise<void> {
    if (this.#rotated) return;
    this.#rotated = true;
    const present = new Set(await readdir(this.#directory));
    for (let age = this.#limits.earlierRuns - 1; age >= 0; age--) {
      if (present.has(nameOf(age))) await rename(this.#path(age), this.#path(age + 1));
    }
  }

  #path(age: number): string {
    return join(this.#directory, nameOf(age));
  }
}

/**
 * A copy: what zlib answers lies in Node's pool of buffers, 64 kB of which it would keep. And small
 * pieces, because the pool is refilled for each few of the usual ones, in a thread that seldom
 * collects garbage.
 */
function pack(lines: readonly string[]): Uint8Array {
  return new Uint8Array(gzipSync(`${lines.join("\n")}\n`, { chunkSize: 4096 }));
}

/** The present run has the age 0. */
function nameOf(age: number): string {
  return age === 0 ? "journal.jsonl.gz" : `journal.${age}.jsonl.gz`;
}
