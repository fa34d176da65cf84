import type { NetlinkMessage } from "netlink/dist/structs.js";
import { setTimeout } from "node:timers/promises";
import { seconds } from "#base/time.ts";
import { SystemError } from "../system-error.ts";
import { multicastGroup } from "./messages/constants.ts";
import { DumpReader } from "./dump-reader.ts";
import { InterfaceTable } from "./interface-table.ts";
import { parseKernelMessage } from "./messages/parse-message.ts";
import { RtnetlinkSocket } from "./rtnetlink-socket.ts";
import { TableDump } from "./table-dump.ts";
import type { KernelMessage, NetworkChange } from "./types.ts";

const dumpTimeLimit = seconds(2);
/** Before the second attempt; doubled for each further one. */
const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;
/** About 3 s: after so many the first reading counts as failed. */
const attemptsAtStart = 9;

export interface TableSyncOptions {
  /** SO_RCVBUF (socket(7)). The kernel doubles it and counts its own overhead against it. */
  readonly receiveBufferBytes: number;
  readonly onChange: (change: NetworkChange) => void;
  readonly onOverrun: () => void;
  readonly onError: (code: string, detail: string) => void;
}

/**
 * Keeps a table equal to the kernel's: listens first, then reads everything, then follows the
 * notifications; and reads everything again when some may have been missed.
 */
export class TableSync {
  readonly table = new InterfaceTable();
  readonly #options: TableSyncOptions;
  readonly #socket: RtnetlinkSocket;
  readonly #reader: DumpReader;
  readonly #first = Promise.withResolvers<void>();
  #dump: TableDump | undefined;
  /** Counts the reasons to read everything, so that one which comes up meanwhile is seen. */
  #doubts = 0;
  #overruns = 0;
  #reading = false;
  #started = false;
  #open = true;

  /** Throws SystemError. */
  constructor(options: TableSyncOptions) {
    this.#options = options;
    this.#socket = new RtnetlinkSocket({
      groups: Object.values(multicastGroup),
      receiveBufferBytes: options.receiveBufferBytes,
      onMessage: (message) => this.#receive(message),
      onError: (code, detail) => this.#socketFailed(code, detail),
    });
    this.#reader = new DumpReader(this.#socket, dumpTimeLimit);
  }

  /** Resolves when the table is filled; from then on changes are reported. */
  start(): Promise<void> {
    this.#doubt();
    return this.#first.promise;
  }

  close(): void {
    this.#open = false;
    this.#reader.cancel();
    this.#socket.close();
  }

  #receive(message: NetlinkMessage): void {
    // The kernel repeats the asker's port; nothing but dumps is asked for on this socket.
    if (message.port === this.#socket.port) return this.#reader.receive(message);
    const parsed = this.#parse(message);
    if (parsed === undefined) return;
    this.#dump?.addNotification(parsed);
    this.#report(this.table.apply(parsed));
    if (parsed.type !== "route" || !parsed.replaces) return;
    if (this.table.hasOwnRoute(parsed.route)) this.#doubt();
  }

  #parse(message: NetlinkMessage): KernelMessage | undefined {
    try {
      return parseKernelMessage(message);
    } catch (error) {
      this.#options.onError("EBADMSG", `message of type ${message.type}: ${String(error)}`);
      return undefined;
    }
  }

  #report(changes: readonly NetworkChange[]): void {
    if (!this.#started) return;
    if (this.table.ownRoutes.size > 0 && changes.some(takesRoutesAlong)) this.#doubt();
    for (const change of changes) this.#options.onChange(change);
  }

  #socketFailed(code: string, detail: string): void {
    if (code !== "ENOBUFS") return this.#options.onError(code, detail);
    this.#overruns += 1;
    this.#doubt();
    this.#options.onOverrun();
  }

  /** The table may not be the kernel's: read everything, at once or after the present reading. */
  #doubt(): void {
    this.#doubts += 1;
    if (!this.#reading) void this.#readUntilCertain();
  }

  async #readUntilCertain(): Promise<void> {
    this.#reading = true;
    try {
      for (let attempt = 0, certain = false; this.#open && !certain; attempt += 1) {
        if (attempt > 0) await setTimeout(pauseBefore(attempt), undefined, { ref: false });
        certain = await this.#readOnce(attempt);
      }
    } finally {
      this.#reading = false;
    }
    if (!this.#started) this.#first.reject(cannotStart("ECANCELED", "the socket was closed"));
  }

  /** Whether the table is now as the kernel's, and no new doubt has come up. */
  async #readOnce(attempt: number): Promise<boolean> {
    await this.#socket.drained();
    if (!this.#open) return false;
    const { doubts, overruns } = { doubts: this.#doubts, overruns: this.#overruns };
    const dump = new TableDump();
    this.#dump = dump;
    const end = await this.#reader.readAll((row) => addRow(dump, this.#parse(row)));
    this.#dump = undefined;
    if (!this.#open) return false;
    const complete = end === "complete" && overruns === this.#overruns;
    if (complete) this.#adopt(dump);
    else this.#readingFailed(end, attempt);
    return complete && doubts === this.#doubts;
  }

  #adopt(dump: TableDump): void {
    this.#report(dump.missedBy(this.table).flatMap((message) => this.table.apply(message)));
    this.#started = true;
    this.#first.resolve();
  }

  #readingFailed(end: string, attempt: number): void {
    if (!this.#started && attempt + 1 >= attemptsAtStart) {
      this.#first.reject(cannotStart(end, "no reading was complete"));
      return this.close();
    }
    if (end !== "complete" && end !== "interrupted") {
      this.#options.onError(end, "the network's state could not be read; trying again");
    }
  }
}

function addRow(dump: TableDump, row: KernelMessage | undefined): void {
  if (row !== undefined) dump.addRow(row);
}

function cannotStart(code: string, detail: string): SystemError {
  return new SystemError("read the network's state", code, detail);
}

function pauseBefore(attempt: number): number {
  return Math.min(firstPauseMilliseconds * 2 ** (attempt - 1), longestPauseMilliseconds);
}

/**
 * IPv4 routes that go with an interface or with the address that they send from are not told one
 * by one (fib_flush in net/ipv4/fib_frontend.c); those of IPv6 are.
 */
function takesRoutesAlong(change: NetworkChange): boolean {
  if (change.type === "link-changed") return change.previous.up && !change.link.up;
  return change.type === "link-removed" || change.type === "address-removed";
}
