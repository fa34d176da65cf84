import type { PacketEntry } from "#recording/entries.ts";
import { samePacket } from "#recording/runs.ts";
import { vridOf } from "#vrrp/packets/repetition.ts";
import type { JournalPort } from "../ports.ts";
import { Budget } from "./budget.ts";

const longestChunk = 32;

/** Longer than any packet that fits an Ethernet frame. */
const longestPacket = 1500;

/** As many senders as a LAN has in earnest; of more, each packet is an entry of its own. */
const mostNewest = 1024;

export type ReceivedPacket = Pick<
  PacketEntry,
  "interfaceName" | "bytes" | "localAddress" | "verdict" | "at"
>;

/** The packets that were received; repetitions of one are only counted. */
export class PacketJournal {
  readonly #port: JournalPort;
  readonly #budget = new Budget();
  /** The newest packet of each VRID, by what was said of it. */
  readonly #newest = new Map<string, PacketEntry>();
  #older: PacketEntry[] = [];
  #sequence = 0;

  constructor(port: JournalPort) {
    this.#port = port;
  }

  /** What `handOver` takes. */
  get keys(): string[] {
    return [...this.#newest.keys()];
  }

  add(received: ReceivedPacket): void {
    const key = keyOf(received);
    const last = this.#newest.get(key);
    if (last !== undefined && samePacket(last, received)) {
      last.until = received.at;
      last.count++;
    } else if (this.#budget.take(received.at)) {
      this.#retire(last === undefined && this.#newest.size >= mostNewest ? this.keys[0] : key);
      this.#newest.set(key, toEntry(received));
    } else {
      this.#port.lose(1);
    }
  }

  /** One chunk of the packets with these keys, which it takes away; says whether some are left. */
  handOver(keys: string[]): boolean {
    for (const key of keys.splice(0, longestChunk)) this.#retire(key);
    this.#handOverOlder();
    return keys.length > 0;
  }

  #retire(key: string | undefined): void {
    const entry = key === undefined ? undefined : this.#newest.get(key);
    if (key === undefined || entry === undefined) return;
    this.#newest.delete(key);
    this.#older.push(entry);
    if (this.#older.length >= longestChunk) this.#handOverOlder();
  }

  #handOverOlder(): void {
    const entries = this.#older;
    if (entries.length === 0) return;
    this.#older = [];
    this.#port.keep({ type: "packets", sequence: this.#sequence++, entries });
  }
}

function keyOf({ verdict, interfaceName, bytes }: ReceivedPacket): string {
  const said = "accepted" in verdict ? `accepted ${verdict.accepted}` : verdict.refused;
  return `${said} ${vridOf(bytes) ?? ""} ${interfaceName}`;
}

function toEntry(received: ReceivedPacket): PacketEntry {
  const { bytes, at } = received;
  const kept = bytes.length > longestPacket ? bytes.slice(0, longestPacket) : bytes;
  return { ...received, bytes: kept, length: bytes.length, until: at, count: 1 };
}
