import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateDirectory, writeDurableFile } from "./durable-file.ts";
import type { SpooledMail } from "./smtp-settings.ts";
import { decodeSpoolFile, encodeSpoolFile, nameSpoolFile } from "./spool-file.ts";

export interface SpoolLimits {
  readonly mails: number;
  readonly bytes: number;
  /** How many corrupt and how many undeliverable mails are kept for a look. */
  readonly setAside: number;
}

export const defaultSpoolLimits: SpoolLimits = { mails: 200, bytes: 4 * 1024 * 1024, setAside: 20 };

/** Why a file left the queue without being delivered; also the directory that it goes to. */
export type SetAsideReason = "corrupt" | "undeliverable";

interface SpoolEntry {
  readonly mail: SpooledMail;
  readonly bytes: number;
}

/**
 * The mails that wait, oldest first, each in a file of its own so that they survive a restart.
 * When it is full the oldest goes: the newest say how the pair is now. All methods but `mails`
 * throw what the file system throws, with the queue in memory changed all the same: a full or
 * read-only disk costs the mails their survival of a restart, not their delivery.
 */
export class Spool {
  readonly #directory: string;
  readonly #limits: SpoolLimits;
  #entries: SpoolEntry[] = [];

  constructor(directory: string, limits: SpoolLimits = defaultSpoolLimits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  get mails(): SpooledMail[] {
    return this.#entries.map(({ mail }) => mail);
  }

  /** Reads what an earlier run left. Answers the names of corrupt files, which it moves aside. */
  async load(): Promise<string[]> {
    await ensurePrivateDirectory(this.#directory);
    const corrupt: string[] = [];
    for (const name of (await readdir(this.#directory)).toSorted()) {
      if (name.endsWith(".tmp")) await rm(join(this.#directory, name), { force: true });
      else if (name.endsWith(".json") && !(await this.#loadFile(name))) corrupt.push(name);
    }
    return corrupt;
  }

  /** Answers how many old mails had to go. A mail that is here already is left as it is. */
  async add(mail: SpooledMail): Promise<number> {
    if (this.#entries.some((entry) => entry.mail.id === mail.id)) return 0;
    const content = encodeSpoolFile(mail);
    try {
      await writeDurableFile(this.#pathOf(mail), content);
    } finally {
      // Only now: delivered and removed before its file is there, it would come back as a ghost.
      this.#entries.push({ mail, bytes: Buffer.byteLength(content) });
    }
    const surplus = this.#takeSurplus();
    for (const old of surplus) await rm(this.#pathOf(old), { force: true });
    return surplus.length;
  }

  async remove(mail: SpooledMail): Promise<void> {
    this.#forget(mail);
    await rm(this.#pathOf(mail), { force: true });
  }

  /** Takes a mail out of the queue, but keeps its file for a look. */
  async setAside(mail: SpooledMail): Promise<void> {
    this.#forget(mail);
    await this.#moveAside(nameSpoolFile(mail), "undeliverable");
  }

  async #loadFile(name: string): Promise<boolean> {
    const content = await readFile(join(this.#directory, name), "utf8").catch(() => "");
    const mail = decodeSpoolFile(content);
    if (mail !== undefined && nameSpoolFile(mail) === name) {
      this.#entries.push({ mail, bytes: Buffer.byteLength(content) });
      return true;
    }
    await this.#moveAside(name, "corrupt");
    return false;
  }

  async #moveAside(name: string, reason: SetAsideReason): Promise<void> {
    const directory = join(this.#directory, reason);
    await ensurePrivateDirectory(directory);
    await rename(join(this.#directory, name), join(directory, name));
    const kept = (await readdir(directory)).toSorted();
    const surplus = kept.slice(0, Math.max(0, kept.length - this.#limits.setAside));
    for (const old of surplus) await rm(join(directory, old), { force: true });
  }

  /** The newest mail always stays. */
  #takeSurplus(): SpooledMail[] {
    const surplus: SpooledMail[] = [];
    while (this.#entries.length > 1 && this.#isOverfull()) {
      const oldest = this.#entries.shift();
      if (oldest !== undefined) surplus.push(oldest.mail);
    }
    return surplus;
  }

  #isOverfull(): boolean {
    const bytes = this.#entries.reduce((sum, entry) => sum + entry.bytes, 0);
    return this.#entries.length > this.#limits.mails || bytes > this.#limits.bytes;
  }

  #forget(mail: SpooledMail): void {
    this.#entries = this.#entries.filter((entry) => entry.mail.id !== mail.id);
  }

  #pathOf(mail: SpooledMail): string {
    return join(this.#directory, nameSpoolFile(mail));
  }
}
