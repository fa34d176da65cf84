import type { ByteSource } from "./byte-source.ts";
import { type CaptureItem, problem, viewOf } from "./frame.ts";
import { readPcap } from "./pcap.ts";
import { readPcapng } from "./pcapng.ts";

/** The Section Header Block of pcapng reads the same in both byte orders. */
const pcapngMagic = 0x0a0d0d0a;

/**
 * The frames of a capture file, one at a time: classic pcap in both byte orders and resolutions,
 * and pcapng. The file is not trusted: memory is bounded, whatever it says, and what is wrong with
 * it is an item and no exception.
 */
export async function* readCapture(source: ByteSource): AsyncGenerator<CaptureItem> {
  const start = await source.take(4);
  if (start.length < 4) {
    yield problem("the file is too short for a capture");
    return;
  }
  const magic = viewOf(start).getUint32(0);
  if (magic === pcapngMagic) yield* readPcapng(source);
  else yield* readPcap(source, magic);
}
