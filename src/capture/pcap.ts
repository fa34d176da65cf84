import type { ByteSource } from "./byte-source.ts";
import { type CaptureItem, longestFrame, problem, viewOf } from "./frame.ts";

interface Format {
  readonly littleEndian: boolean;
  /** How many of the second half of a time stamp make a millisecond. */
  readonly perMillisecond: number;
}

/** By the magic number as read in network order (draft-ietf-opsawg-pcap, 4). */
const formats: ReadonlyMap<number, Format> = new Map([
  [0xa1b2c3d4, { littleEndian: false, perMillisecond: 1e3 }],
  [0xd4c3b2a1, { littleEndian: true, perMillisecond: 1e3 }],
  [0xa1b23c4d, { littleEndian: false, perMillisecond: 1e6 }],
  [0x4d3cb2a1, { littleEndian: true, perMillisecond: 1e6 }],
]);

const restOfHeader = 20;
const recordHeader = 16;

/** A classic capture file behind its magic number. */
export async function* readPcap(source: ByteSource, magic: number): AsyncGenerator<CaptureItem> {
  const format = formats.get(magic);
  if (format === undefined) {
    yield problem("it is no capture file: neither pcap nor pcapng");
    return;
  }
  const header = await source.take(restOfHeader);
  if (header.length < restOfHeader) {
    yield problem("the file ends within its header");
    return;
  }
  // The upper bits say how long the frame check sequence is; it is part of no packet.
  const linkType = viewOf(header).getUint32(16, format.littleEndian) & 0xffff;
  for (let number = 1; ; number++) {
    const item = await readRecord(source, { ...format, linkType, number });
    if (item === undefined) return;
    yield item;
    if (item.type === "problem") return;
  }
}

async function readRecord(
  source: ByteSource,
  format: Format & { readonly linkType: number; readonly number: number },
): Promise<CaptureItem | undefined> {
  const { littleEndian, perMillisecond, linkType, number } = format;
  const place = `frame ${number} at byte ${source.offset}`;
  const header = await source.take(recordHeader);
  if (header.length === 0) return undefined;
  if (header.length < recordHeader) return problem(`the file ends within the header of ${place}`);
  const view = viewOf(header);
  const length = view.getUint32(8, littleEndian);
  if (length > longestFrame) return problem(`${place} claims ${length} bytes: the file is damaged`);
  const bytes = await source.take(length);
  if (bytes.length < length) return problem(`the file ends within ${place}`);
  const at =
    view.getUint32(0, littleEndian) * 1000 + view.getUint32(4, littleEndian) / perMillisecond;
  const originalLength = view.getUint32(12, littleEndian);
  return { type: "frame", number, at, linkType, bytes, originalLength };
}
