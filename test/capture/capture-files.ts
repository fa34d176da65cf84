/** Capture files made by hand, in both formats and byte orders. */

export interface Frame {
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly originalLength?: number;
}

export interface FileOptions {
  readonly linkType?: number;
  readonly littleEndian?: boolean;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

type Field = readonly [width: 2 | 4, value: number];

export function pack(littleEndian: boolean, ...fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(offset, value, littleEndian);
    else view.setUint32(offset, value, littleEndian);
    offset += width;
  }
  return bytes;
}

/** Classic pcap with microseconds. */
export function pcapFile(frames: readonly Frame[], options: FileOptions = {}): Uint8Array {
  const { linkType = 1, littleEndian = true } = options;
  const header = pack(littleEndian, [4, 0xa1b2c3d4], [2, 2], [2, 4], [4, 0], [4, 0], [4, 65_535]);
  const records = frames.map(({ bytes, at = 0, originalLength = bytes.length }) => {
    const micros = Math.round((at % 1000) * 1000);
    const stamp = [
      [4, Math.floor(at / 1000)],
      [4, micros],
    ] as const;
    return concat(pack(littleEndian, ...stamp, [4, bytes.length], [4, originalLength]), bytes);
  });
  return concat(header, pack(littleEndian, [4, linkType]), ...records);
}

/** pcapng with one section and one interface, nanoseconds, and a block that nobody knows. */
export function pcapngFile(frames: readonly Frame[], options: FileOptions = {}): Uint8Array {
  const { linkType = 1, littleEndian = true } = options;
  const make = (type: number, body: Uint8Array) => block(littleEndian, type, body);
  const resolution = concat(pack(littleEndian, [2, 9], [2, 1]), Uint8Array.of(9, 0, 0, 0));
  const described = pack(littleEndian, [2, linkType], [2, 0], [4, 0]);
  const packets = frames.map(({ bytes, at = 0, originalLength = bytes.length }) => {
    const nanos = BigInt(Math.round(at * 1000)) * 1000n;
    const fields = [0, Number(nanos >> 32n), Number(nanos & 0xffffffffn), bytes.length];
    const words = [...fields, originalLength].map((value) => [4, value] as const);
    return make(6, concat(pack(littleEndian, ...words), bytes));
  });
  const magic = pack(
    littleEndian,
    [4, 0x1a2b3c4d],
    [2, 1],
    [2, 0],
    [4, 0xffffffff],
    [4, 0xffffffff],
  );
  return concat(
    make(0x0a0d0d0a, magic),
    make(1, concat(described, resolution)),
    make(0x0bad, new Uint8Array(7)),
    ...packets,
  );
}

function block(littleEndian: boolean, type: number, body: Uint8Array): Uint8Array {
  const padding = new Uint8Array((4 - (body.length % 4)) % 4);
  const length = 12 + body.length + padding.length;
  const end = pack(littleEndian, [4, length]);
  return concat(pack(littleEndian, [4, type]), end, body, padding, end);
}

/** An Ethernet frame, with VLAN tags if any, padded to the 60 bytes that the wire wants. */
export function ethernetFrame(packet: Uint8Array, tags: readonly number[] = []): Uint8Array {
  const protocol = (packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
  const types = tags.flatMap((tag) => [
    [2, 0x8100],
    [2, tag],
  ]) as Field[];
  const frame = concat(new Uint8Array(12), pack(false, ...types, [2, protocol]), packet);
  return concat(frame, new Uint8Array(Math.max(0, 60 - frame.length)));
}
