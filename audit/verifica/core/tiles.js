// C2SP tlog-tiles of height 8: the paths of a tree's tiles, and what is in them.

import { Malformed } from "./bytes.js";
import { nodeHash } from "./merkle.js";

export const WIDTH = 256;

function path(kind, index, width) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${kind}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

function* row(kind, level, count) {
  for (let index = 0; index * WIDTH < count; index += 1) {
    const width = Math.min(WIDTH, count - index * WIDTH);
    yield { level, index, width, path: path(kind, index, width) };
  }
}

export function* hashTiles(size) {
  for (let level = 0, count = size; count; level += 1, count = Math.floor(count / WIDTH)) {
    yield* row(level, level, count);
  }
}

export function* entryTiles(size) {
  yield* row("entries", null, size);
}

/** The tile of leaf hashes beside an entry tile. */
export function leavesOf(tile) {
  return path(0, tile.index, tile.width);
}

/** The bytes of a hash tile, by the reader of a tree. */
export function packHashes(tile, read) {
  const found = new Uint8Array(32 * tile.width);
  for (let i = 0; i < tile.width; i += 1) found.set(read(8 * tile.level, WIDTH * tile.index + i), 32 * i);
  return found;
}

export function unpackEntries(tile, data) {
  const entries = [];
  for (let at = 0; at < data.length;) {
    const end = at + 1 < data.length ? at + 2 + data[at] * 256 + data[at + 1] : Infinity;
    if (end > data.length || entries.length === tile.width) throw new Malformed("an entry tile is cut short, or too long");
    entries.push(data.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== tile.width) throw new Malformed("an entry tile holds fewer entries than its width");
  return entries;
}

/** A tree's reader over its published tiles, `load` giving a tile's bytes or undefined; it believes nothing. */
export async function tileReader(size, load) {
  const held = new Map();
  for (const tile of hashTiles(size)) {
    const data = await load(tile.path);
    if (data === undefined || data.length !== 32 * tile.width) throw new Malformed("a hash tile is missing or cut");
    held.set(`${tile.level}/${tile.index}`, data);
  }
  const hashes = (level, index) => {
    const data = held.get(`${level}/${Math.floor(index / WIDTH)}`);
    const at = 32 * (index % WIDTH);
    if (data === undefined || at >= data.length) throw new Malformed("a subtree that this tree does not hold");
    return data.subarray(at, at + 32);
  };
  const read = (level, index) => {
    if (level % 8 === 0) return hashes(level / 8, index);
    return nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1));
  };
  return read;
}
