const nothing = new Uint8Array(0);

/** Takes pieces of a wanted length out of chunks as they come: of a file, of any size. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = nothing;
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** How many bytes were taken or skipped. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next `length` bytes; fewer when the source ends before. The caller bounds the length:
   * never more than that is held.
   */
  async take(length: number): Promise<Uint8Array> {
    if (this.#chunk.length >= length) return this.#cut(length);
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length && (await this.#refill())) {
      const part = this.#cut(length - filled);
      taken.set(part, filled);
      filled += part.length;
    }
    return taken.subarray(0, filled);
  }

  /** Passes over `length` bytes without holding them; says whether there were as many. */
  async skip(length: number): Promise<boolean> {
    let left = length;
    while (left > 0 && (await this.#refill())) left -= this.#cut(left).length;
    return left === 0;
  }

  #cut(longest: number): Uint8Array {
    const part = this.#chunk.subarray(0, longest);
    this.#chunk = this.#chunk.subarray(part.length);
    this.#offset += part.length;
    return part;
  }

  /** Says whether there is something left. */
  async #refill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#chunk = next.value;
    }
    return true;
  }
}
