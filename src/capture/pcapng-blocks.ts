import { type CaptureItem, problem, viewOf } from "./frame.ts";

/** What the frames of one interface have in common. */
export interface CaptureInterface {
  readonly linkType: number;
  /** No more than so many bytes of a frame were kept; 0 when all were. */
  readonly snapLength: number;
  /** Units of the time stamps in a second. */
  readonly resolution: number;
  /** Seconds to add to each time stamp. */
  readonly offset: number;
}

interface Context {
  readonly interfaces: readonly CaptureInterface[];
  readonly littleEndian: boolean;
  /** Of the frame in the block, from 1. */
  readonly number: number;
}

const endOfOptions = 0;
const timeResolution = 9;
const timeOffset = 14;

/** An Interface Description Block (draft-ietf-opsawg-pcapng, 4.2). */
export function readInterface(body: Uint8Array, littleEndian: boolean): CaptureInterface {
  // A damaged one still counts: the frames refer to interfaces by their number.
  if (body.length < 8) return { linkType: -1, snapLength: 0, resolution: 1e6, offset: 0 };
  const view = viewOf(body);
  let resolution = 1e6;
  let offset = 0;
  for (const [code, value] of options(body.subarray(8), littleEndian)) {
    const [exponent] = value;
    if (code === timeResolution && exponent !== undefined) resolution = resolutionOf(exponent);
    if (code === timeOffset && value.length === 8) {
      offset = Number(viewOf(value).getBigInt64(0, littleEndian));
    }
  }
  const linkType = view.getUint16(0, littleEndian);
  return { linkType, snapLength: view.getUint32(4, littleEndian), resolution, offset };
}

/** The highest bit tells a negative power of 2 from one of 10. */
function resolutionOf(exponent: number): number {
  return exponent & 0x80 ? 2 ** (exponent & 0x7f) : 10 ** exponent;
}

function* options(
  bytes: Uint8Array,
  littleEndian: boolean,
): Generator<readonly [code: number, value: Uint8Array]> {
  const view = viewOf(bytes);
  for (let start = 0; start + 4 <= bytes.length;) {
    const code = view.getUint16(start, littleEndian);
    const length = view.getUint16(start + 2, littleEndian);
    if (code === endOfOptions) return;
    yield [code, bytes.subarray(start + 4, start + 4 + length)];
    start += 4 + Math.ceil(length / 4) * 4;
  }
}

/** An Enhanced Packet Block (draft-ietf-opsawg-pcapng, 4.3). */
export function readEnhancedPacket(body: Uint8Array, context: Context): CaptureItem {
  const { littleEndian, number } = context;
  if (body.length < 20) return problem(`frame ${number} is too short`);
  const view = viewOf(body);
  const from = context.interfaces[view.getUint32(0, littleEndian)];
  if (from === undefined)
    return problem(`frame ${number} is of an interface that is not described`);
  const length = view.getUint32(12, littleEndian);
  if (length > body.length - 20) return problem(`frame ${number} claims ${length} bytes`);
  const stamp = view.getUint32(4, littleEndian) * 2 ** 32 + view.getUint32(8, littleEndian);
  return {
    type: "frame",
    number,
    at: (from.offset + stamp / from.resolution) * 1000,
    linkType: from.linkType,
    bytes: body.subarray(20, 20 + length),
    originalLength: view.getUint32(16, littleEndian),
  };
}

/** A Simple Packet Block (draft-ietf-opsawg-pcapng, 4.4): of the first interface, without a time. */
export function readSimplePacket(body: Uint8Array, context: Context): CaptureItem {
  const { littleEndian, number } = context;
  const [from] = context.interfaces;
  if (body.length < 4) return problem(`frame ${number} is too short`);
  if (from === undefined)
    return problem(`frame ${number} is of an interface that is not described`);
  const originalLength = viewOf(body).getUint32(0, littleEndian);
  const kept = from.snapLength === 0 ? originalLength : Math.min(originalLength, from.snapLength);
  if (kept > body.length - 4) return problem(`frame ${number} claims ${kept} bytes`);
  const bytes = body.subarray(4, 4 + kept);
  return { type: "frame", number, at: undefined, linkType: from.linkType, bytes, originalLength };
}
