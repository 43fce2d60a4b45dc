// RFC 6962 tree hashing over complete subtrees: `read(level, index)` is the hash over 2^level leaves.

import { Malformed } from "./bytes.js";
import { Sha256, sha256 } from "./sha256.js";

export const MAX_SIZE = Number.MAX_SAFE_INTEGER;
export const EMPTY_ROOT = sha256();
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (data) => sha256(LEAF, data);
export const nodeHash = (left, right) => sha256(NODE, left, right);

/** Of the first `size` leaves. */
export function root(size, read) {
  return size === 0 ? EMPTY_ROOT : over(0, size, read);
}

function over(first, count, read) {
  const level = Math.floor(Math.log2(count));
  const whole = 2 ** level;
  if (whole === count) return read(level, first / count);
  return nodeHash(over(first, whole, read), over(first + whole, count - whole, read));
}

/** One row of hashes, grown as needed. */
class Row {
  #held = new Uint8Array(32 * 64);
  length = 0;

  push(hash) {
    if (32 * this.length === this.#held.length) {
      const more = new Uint8Array(2 * this.#held.length);
      more.set(this.#held);
      this.#held = more;
    }
    this.#held.set(hash, 32 * this.length);
    this.length += 1;
  }

  at(index) {
    if (index >= this.length) throw new Malformed("a subtree that this tree does not hold");
    return this.#held.subarray(32 * index, 32 * index + 32);
  }
}

/** A whole tree in memory, for whoever reads a log from its first leaf. */
export class Tree {
  #rows = [new Row()];

  get size() {
    return this.#rows[0].length;
  }

  append(data) {
    let index = this.size;
    let found = leafHash(data);
    this.#rows[0].push(found);
    for (let level = 0; index % 2 === 1; level += 1) {
      found = new Sha256().update(NODE).update(this.#rows[level].at(index - 1)).update(found).digest();
      if (this.#rows.length === level + 1) this.#rows.push(new Row());
      this.#rows[level + 1].push(found);
      index = (index - 1) / 2;
    }
  }

  read = (level, index) => {
    const row = this.#rows[level];
    if (row === undefined) throw new Malformed("a subtree that this tree does not hold");
    return row.at(index);
  };
}

/** Whether `proof` shows leaf hash `leaf` at `index` of the tree of `size` leaves (RFC 9162 §2.1.3.2). */
export function provesInclusion(leaf, index, size, proof, expected) {
  if (!(index >= 0 && index < size && size <= MAX_SIZE)) return false;
  let [fn, sn, found] = [index, size - 1, leaf];
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      found = nodeHash(p, found);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      found = nodeHash(found, p);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && found.every((byte, i) => byte === expected[i]);
}
