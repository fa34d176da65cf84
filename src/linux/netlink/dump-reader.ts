import { type NetlinkMessage, parseError } from "netlink/dist/structs.js";
import { getSystemErrorName } from "node:util";
import type { Milliseconds } from "#base/time.ts";
import { family, messageFlag, messageType } from "./messages/constants.ts";
import type { RtnetlinkSocket } from "./rtnetlink-socket.ts";

/** RTM_GET* with the family, the first byte, and the length of struct ifinfomsg, ifaddrmsg, rtmsg. */
const tables = [
  { type: messageType.getLink, family: family.unspecified, headerLength: 16 },
  { type: messageType.getAddress, family: family.unspecified, headerLength: 8 },
  { type: messageType.getRoute, family: family.ipv4, headerLength: 12 },
  { type: messageType.getRoute, family: family.ipv6, headerLength: 12 },
] as const;

/** How a dump ended: "complete", "interrupted" (NLM_F_DUMP_INTR), or the name of an errno. */
export type DumpEnd = string;

interface RunningDump {
  readonly sequence: number;
  readonly onRow: (row: NetlinkMessage) => void;
  readonly end: (end: DumpEnd) => void;
  interrupted: boolean;
}

/** Asks the kernel for all of its interfaces, addresses and routes, one table after the other. */
export class DumpReader {
  readonly #socket: RtnetlinkSocket;
  readonly #timeLimit: Milliseconds;
  #running: RunningDump | undefined;

  constructor(socket: RtnetlinkSocket, timeLimit: Milliseconds) {
    this.#socket = socket;
    this.#timeLimit = timeLimit;
  }

  /** Never rejects. Only after "complete" can the rows be relied on. */
  async readAll(onRow: (row: NetlinkMessage) => void): Promise<DumpEnd> {
    for (const table of tables) {
      const end = await this.#readTable(table, onRow);
      if (end !== "complete") return end;
    }
    return "complete";
  }

  /** Hand in every message that answers a request of this socket. */
  receive(message: NetlinkMessage): void {
    const dump = this.#running;
    // What remains of a dump that was given up is not ours any more.
    if (dump === undefined || message.seq !== dump.sequence) return;
    if ((message.flags & messageFlag.dumpInterrupted) !== 0) dump.interrupted = true;
    if (message.type === messageType.error) return dump.end(errorName(message));
    if (message.type !== messageType.done) return dump.onRow(message);
    dump.end(dump.interrupted ? "interrupted" : "complete");
  }

  cancel(): void {
    this.#running?.end("ECANCELED");
  }

  #readTable(
    table: (typeof tables)[number],
    onRow: (row: NetlinkMessage) => void,
  ): Promise<DumpEnd> {
    const { promise, resolve } = Promise.withResolvers<DumpEnd>();
    const end = (how: DumpEnd): void => {
      clearTimeout(timer);
      this.#running = undefined;
      resolve(how);
    };
    const timer = setTimeout(() => end("ETIMEDOUT"), this.#timeLimit);
    const flags = messageFlag.request | messageFlag.dump;
    const payload = Buffer.alloc(table.headerLength);
    payload[0] = table.family;
    const sequence = this.#socket.send({ type: table.type, flags, payload }, (error) =>
      end(error.code),
    );
    this.#running = { sequence, onRow, end, interrupted: false };
    return promise;
  }
}

function errorName(message: NetlinkMessage): string {
  return getSystemErrorName(parseError(message.data, message.flags).errno);
}
