import type { ByteSource } from "./byte-source.ts";
import { type CaptureItem, longestFrame, problem, viewOf } from "./frame.ts";
import {
  type CaptureInterface,
  readEnhancedPacket,
  readInterface,
  readSimplePacket,
} from "./pcapng-blocks.ts";

/** Block types of draft-ietf-opsawg-pcapng, 4. */
const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const simplePacket = 3;
const enhancedPacket = 6;

/** A frame, its header and some options. */
const longestBlock = longestFrame + 65_536;

/** Options of an interface come before the frames: nobody captures on so many. */
const mostInterfaces = 4096;

const byteOrderMagic = 0x1a2b3c4d;
/** Type and length in front, the length once more behind. */
const frameOfBlock = 12;

interface Block {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A pcapng file behind the first four bytes, which are the type of its first block. */
export async function* readPcapng(source: ByteSource): AsyncGenerator<CaptureItem> {
  const reader = new BlockReader(source);
  let interfaces: CaptureInterface[] = [];
  let number = 0;
  for (let block = await reader.first(); block !== undefined; block = await reader.next()) {
    if (typeof block === "string") {
      yield problem(block);
      return;
    }
    const { littleEndian } = reader;
    if (block.type === sectionHeader) {
      interfaces = [];
    } else if (block.type === interfaceDescription) {
      if (interfaces.length < mostInterfaces)
        interfaces.push(readInterface(block.body, littleEndian));
    } else {
      const read = block.type === enhancedPacket ? readEnhancedPacket : readSimplePacket;
      const item = read(block.body, { interfaces, littleEndian, number: ++number });
      yield item;
      if (item.type === "problem") return;
    }
  }
}

/** Hands out the blocks that matter here, and passes over the others. */
class BlockReader {
  littleEndian = false;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The block whose type has been read already. */
  first(): Promise<Block | string | undefined> {
    return this.#section();
  }

  /** The next block; undefined at the end of the file; a text when the file is damaged. */
  async next(): Promise<Block | string | undefined> {
    for (;;) {
      const start = await this.#source.take(4);
      if (start.length === 0) return undefined;
      if (start.length < 4) return this.#ended();
      const type = viewOf(start).getUint32(0, this.littleEndian);
      if (type === sectionHeader) return this.#section();
      const length = await this.#length();
      if (typeof length === "string") return length;
      if (type === interfaceDescription || type === simplePacket || type === enhancedPacket) {
        return this.#body(type, length - frameOfBlock);
      }
      if (!(await this.#source.skip(length - 8))) return this.#ended();
    }
  }

  async #section(): Promise<Block | string> {
    const start = await this.#source.take(8);
    if (start.length < 8) return this.#ended();
    const view = viewOf(start);
    this.littleEndian = view.getUint32(4, true) === byteOrderMagic;
    if (!this.littleEndian && view.getUint32(4) !== byteOrderMagic) {
      return `the section before byte ${this.#source.offset} has no byte order`;
    }
    const length = this.#check(view.getUint32(0, this.littleEndian));
    if (typeof length === "string") return length;
    if (length < frameOfBlock + 4) return this.#damaged(length);
    return this.#body(sectionHeader, length - frameOfBlock - 4);
  }

  async #length(): Promise<number | string> {
    const bytes = await this.#source.take(4);
    if (bytes.length < 4) return this.#ended();
    return this.#check(viewOf(bytes).getUint32(0, this.littleEndian));
  }

  #check(length: number): number | string {
    return length < frameOfBlock || length % 4 !== 0 ? this.#damaged(length) : length;
  }

  async #body(type: number, length: number): Promise<Block | string> {
    if (length > longestBlock) return this.#damaged(length);
    const bytes = await this.#source.take(length + 4);
    if (bytes.length < length + 4) return this.#ended();
    return { type, body: bytes.subarray(0, length) };
  }

  #damaged(length: number): string {
    return `the block before byte ${this.#source.offset} claims ${length} bytes: the file is damaged`;
  }

  #ended(): string {
    return `the file ends at byte ${this.#source.offset}, within a block`;
  }
}
