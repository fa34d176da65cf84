/** One frame of a capture file. */
export interface CapturedFrame {
  readonly type: "frame";
  /** From 1, as tcpdump and Wireshark count. */
  readonly number: number;
  /** Milliseconds since 1970, as the capturing host's clock said; undefined where it is not told. */
  readonly at: number | undefined;
  /** What the frame begins with: a LINKTYPE_ number of tcpdump.org. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** How long it was on the wire: more than `bytes` when the capture cut it off. */
  readonly originalLength: number;
}

/** Why nothing more can be read; always the last item. */
export interface CaptureProblem {
  readonly type: "problem";
  /** For people, with the place in the file. */
  readonly text: string;
}

export type CaptureItem = CapturedFrame | CaptureProblem;

/** More than any tool captures of one frame (libpcap's MAXIMUM_SNAPLEN): a file that claims more is none. */
export const longestFrame = 262_144;

export function problem(text: string): CaptureProblem {
  return { type: "problem", text };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
