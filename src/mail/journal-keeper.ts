import type { Respond } from "#engine/commands.ts";
import type { JournalPort } from "#engine/ports.ts";
import type { Chunk, RecordingHeader, Taken } from "#recording/entries.ts";
import type { BackgroundReply, JournalRequest } from "./background-messages.ts";
import type { BackgroundThread } from "./background-thread.ts";

export interface JournalKeeperOptions {
  readonly thread: BackgroundThread;
  /** Where recordings are written. */
  readonly directory: string;
  readonly header: RecordingHeader;
  /** Now, in both times. */
  readonly taken: () => Taken;
}

/**
 * Entries, in chunks that wait for the thread when it is slow, stuck or gone; then the oldest chunks
 * go. Enough for the start of 255 Virtual Routers, which comes before the thread's.
 */
const mostWaitingEntries = 4096;
/** So that a thread that hangs is not sent more and more. */
const mostUnderWay = 4;

interface Waiting {
  readonly request: JournalRequest;
  readonly respond?: Respond | undefined;
}

/** The main thread's end of the journal: hands chunks over and never waits. */
export class JournalKeeper implements JournalPort {
  readonly #options: JournalKeeperOptions;
  /** In order; the first `#underWay` of it were posted and are not yet confirmed. */
  #queue: Waiting[] = [];
  #underWay = 0;
  #waitingEntries = 0;
  #lost = 0;

  constructor(options: JournalKeeperOptions) {
    this.#options = options;
    options.thread.addUser({
      onStart: () => this.#begin(),
      onReply: (reply) => this.#accept(reply),
      onFailure: (reason) => this.#refuseAll(`the background thread failed: ${reason}`),
    });
  }

  keep(chunk: Chunk): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#queue.push({ request: { type: "journal-keep", chunk, lost } });
    this.#waitingEntries += chunk.entries.length;
    while (this.#waitingEntries > mostWaitingEntries && this.#dropOldest());
    this.#pump();
  }

  lose(entries: number): void {
    this.#lost += entries;
  }

  write(respond: Respond | undefined): void {
    const waits = this.#queue.some(
      ({ request }, index) => request.type === "journal-write" && index >= this.#underWay,
    );
    // The one that waits anyway writes what is known by then.
    if (respond === undefined && waits) return;
    const wanted = respond !== undefined;
    const taken = this.#options.taken();
    this.#queue.push({ request: { type: "journal-write", taken, wanted }, respond });
    this.#pump();
  }

  /** A thread that has just started knows nothing: what the one before it kept is lost. */
  #begin(): void {
    const { directory, header, thread } = this.#options;
    thread.post({ type: "configure-journal", directory, header });
    this.#underWay = 0;
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay < Math.min(mostUnderWay, this.#queue.length)) {
      const next = this.#queue[this.#underWay];
      if (next === undefined) return;
      this.#underWay++;
      this.#options.thread.post(next.request);
    }
  }

  #accept(reply: BackgroundReply): void {
    if (reply.type !== "journal-done" || this.#underWay === 0) return;
    this.#underWay--;
    const done = this.#queue.shift();
    if (done !== undefined) this.#waitingEntries -= entriesOf(done);
    done?.respond?.(reply.result);
    this.#pump();
  }

  /** Says whether there was one that is not under way. */
  #dropOldest(): boolean {
    const index = this.#queue.findIndex(
      ({ request }, place) => place >= this.#underWay && request.type === "journal-keep",
    );
    const [dropped] = this.#queue.splice(index, index === -1 ? 0 : 1);
    if (dropped?.request.type !== "journal-keep") return false;
    this.#waitingEntries -= entriesOf(dropped);
    this.#lost += entriesOf(dropped) + dropped.request.lost;
    return true;
  }

  #refuseAll(message: string): void {
    const refused = this.#queue.filter(({ respond }) => respond !== undefined);
    this.#queue = this.#queue.filter(({ request }) => request.type === "journal-keep");
    this.#underWay = 0;
    for (const { respond } of refused) respond?.({ ok: false, message });
  }
}

function entriesOf({ request }: Waiting): number {
  return request.type === "journal-keep" ? request.chunk.entries.length : 0;
}
