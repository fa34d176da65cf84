import type { IpFamily } from "#base/ip-address.ts";
import { familyOfPacket } from "../packets/ip-packet.ts";
import { repeats, vridOf } from "../packets/repetition.ts";
import { type Opened, openPacket, type Verdict } from "./receive-checks.ts";

interface Known {
  readonly bytes: Uint8Array;
  readonly verdict: Verdict<Opened>;
}

/**
 * Opens the packets of one interface. An Active Router says the same over and over: what is read of
 * its packet serves for the next ones, and they take neither time nor memory. Bounded: of each VRID
 * and family the newest good packet.
 */
export class PacketMemory {
  readonly #known: Readonly<Record<IpFamily, (Known | undefined)[]>> = { ipv4: [], ipv6: [] };

  /** The same as `openPacket`, whose checks depend on nothing but the bytes. */
  open(bytes: Uint8Array): Verdict<Opened> {
    const place = vridOf(bytes) ?? 0;
    const known = this.#known[familyOfPacket(bytes)];
    const newest = known[place];
    if (newest !== undefined && repeats(bytes, newest.bytes)) return newest.verdict;
    const verdict = openPacket(bytes);
    if (verdict.ok) known[place] = { bytes, verdict };
    return verdict;
  }
}
