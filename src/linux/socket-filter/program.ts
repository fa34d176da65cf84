/*
 * Programs that the kernel runs on each packet for a socket, before it wakes the process: classic
 * BPF (socket(7), SO_ATTACH_FILTER; Documentation/networking/filter.rst). Each builder gives a part
 * that works wherever it stands: no part jumps out of itself.
 */

/** struct sock_filter of <linux/filter.h>. */
export interface Instruction {
  readonly code: number;
  /** How many instructions are skipped when a comparison holds, and when not. 0 to 255. */
  readonly jumpTrue?: number;
  readonly jumpFalse?: number;
  readonly value?: number;
}

export type Program = readonly Instruction[];

/** BPF_* codes, put together: the class, the size or operation, and the mode or source. */
const code = {
  loadWord: 0x20,
  loadByte: 0x30,
  loadWordAtIndex: 0x40,
  setIndex: 0x01,
  copyIndex: 0x87,
  keepBits: 0x54,
  jumpIfEqual: 0x15,
  answer: 0x06,
} as const;

/** SKF_NET_OFF: offsets from here on count from the IP header, wherever the packet begins. */
export const networkHeader = 0xfff0_0000;

/** Longer than any packet: all of it. */
const everything = 0x4_0000;

/** BPF_MAXINSNS. */
export const mostInstructions = 4096;

/** The packet reaches the socket, cut down to so many bytes. */
export function pass(length = everything): Program {
  return [{ code: code.answer, value: length }];
}

/** The packet never reaches the socket, and nothing is counted. */
export const drop: Program = [{ code: code.answer, value: 0 }];

/** The loads: what is loaded is what the next comparison compares. A packet too short is dropped. */
export function loadByte(offset: number): Program {
  return [{ code: code.loadByte, value: offset }];
}

export function loadWord(offset: number): Program {
  return [{ code: code.loadWord, value: offset }];
}

/** Loads the word at the place that `setIndex` named. */
export const loadWordAtIndex: Program = [{ code: code.loadWordAtIndex }];

/** Sets all but these bits of what is loaded to 0. */
export function keepBits(value: number): Program {
  return [{ code: code.keepBits, value }];
}

/** Begins as 0. */
export function setIndex(value: number): Program {
  return [{ code: code.setIndex, value }];
}

export const loadIndex: Program = [{ code: code.copyIndex }];

/** Runs the block (1 to 255 instructions) if what is loaded is `value`. */
export function whenEqual(value: number, block: Program): Program {
  return [{ code: code.jumpIfEqual, value, jumpFalse: block.length }, ...block];
}

export function unlessEqual(value: number, block: Program): Program {
  return [{ code: code.jumpIfEqual, value, jumpTrue: block.length }, ...block];
}

/** As setsockopt(2) takes it, in the order of bytes of this host: little-endian on all that we run on. */
export function assemble(program: Program): Uint8Array {
  const bytes = new Uint8Array(8 * program.length);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code: operation, jumpTrue = 0, jumpFalse = 0, value = 0 }, index) => {
    view.setUint16(8 * index, operation, true);
    view.setUint8(8 * index + 2, jumpTrue);
    view.setUint8(8 * index + 3, jumpFalse);
    view.setUint32(8 * index + 4, value, true);
  });
  return bytes;
}
