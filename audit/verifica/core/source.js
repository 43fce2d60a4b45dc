// Where a bundle's bytes come from: a file that is read in blocks, of which the latest stay at hand.

const BLOCK = 1 << 20;
const KEPT = 32; // 32 MiB: evidence is read in the order of the records, which is no order of its names

export class FileSource {
  #file;
  #blocks = new Map();

  /** `file` is a Blob: one that a person chose, or one made of bytes. */
  constructor(file) {
    this.#file = file;
    this.size = file.size;
  }

  async #block(number) {
    let block = this.#blocks.get(number);
    if (block === undefined) {
      const part = this.#file.slice(number * BLOCK, (number + 1) * BLOCK);
      block = new Uint8Array(await part.arrayBuffer());
      if (this.#blocks.size >= KEPT) this.#blocks.delete(this.#blocks.keys().next().value);
    } else {
      this.#blocks.delete(number);
    }
    this.#blocks.set(number, block);
    return block;
  }

  /** Up to `length` bytes from `offset` on; fewer at the end of the file. */
  async read(offset, length) {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const first = Math.floor(offset / BLOCK);
    const within = offset - first * BLOCK;
    if (end <= (first + 1) * BLOCK) return (await this.#block(first)).subarray(within, within + end - offset);
    const found = new Uint8Array(end - offset);
    for (let at = offset; at < end;) {
      const number = Math.floor(at / BLOCK);
      const part = (await this.#block(number)).subarray(at - number * BLOCK, end - number * BLOCK);
      found.set(part, at - offset);
      at += part.length;
    }
    return found;
  }
}
