import { viewOf } from "./frame.ts";

/** LINKTYPE_ numbers of tcpdump.org/linktypes.html. */
const ethernet = 1;
const raw = 101;
const linuxCooked = 113;
const rawIpv4 = 228;
const rawIpv6 = 229;
const linuxCooked2 = 276;
/** DLT_RAW, as some tools write it. */
const olderRaw: ReadonlySet<number> = new Set([12, 14]);

const ipv4 = 0x0800;
const ipv6 = 0x86dd;
/** 802.1Q, 802.1ad, and what came before the latter. */
const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const mostTags = 4;

/** An IP packet of a frame. What follows it in the frame, padding, is still there. */
export interface FramePacket {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** Whether frames of that kind can be read at all. */
export function knowsLinkType(linkType: number): boolean {
  return headerOf(linkType) !== undefined;
}

/** The IP packet in a frame; undefined where there is none, or it cannot be found. */
export function packetOf(linkType: number, frame: Uint8Array): FramePacket | undefined {
  const header = headerOf(linkType);
  if (header === undefined) return undefined;
  if (header.length === 0) return byVersion(frame);
  return byProtocol(frame, header);
}

interface LinkHeader {
  readonly length: number;
  /** Where the EtherType stands. */
  readonly protocolAt: number;
}

function headerOf(linkType: number): LinkHeader | undefined {
  switch (linkType) {
    case ethernet:
      return { length: 14, protocolAt: 12 };
    case linuxCooked:
      return { length: 16, protocolAt: 14 };
    case linuxCooked2:
      return { length: 20, protocolAt: 0 };
    case raw:
    case rawIpv4:
    case rawIpv6:
      return { length: 0, protocolAt: 0 };
    default:
      return olderRaw.has(linkType) ? { length: 0, protocolAt: 0 } : undefined;
  }
}

function byVersion(bytes: Uint8Array): FramePacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  return version === 4 || version === 6 ? { family: version, bytes } : undefined;
}

function byProtocol(
  frame: Uint8Array,
  { length, protocolAt }: LinkHeader,
): FramePacket | undefined {
  if (frame.length < length) return undefined;
  const view = viewOf(frame);
  let protocol = view.getUint16(protocolAt);
  let start = length;
  for (let tags = 0; vlanTags.has(protocol); tags++) {
    if (tags === mostTags || frame.length < start + 4) return undefined;
    protocol = view.getUint16(start + 2);
    start += 4;
  }
  const bytes = frame.subarray(start);
  if (protocol === ipv4) return { family: 4, bytes };
  return protocol === ipv6 ? { family: 6, bytes } : undefined;
}
