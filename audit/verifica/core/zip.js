// The bundle (FORMAT.md §8): a ZIP that is written in one way only, so its skeleton is written again and compared.

import { Malformed, hex, same, text, utf8 } from "./bytes.js";
import { limit } from "./names.js";
import { Sha256 } from "./sha256.js";

const MAX_FILES = 1_000_000;
const MAX_BYTES = 0xfffffffe + 2 ** 28;
const MAX_NAME = 200;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const CHUNK = 1 << 20;
const [WORTH, NATIVE] = [1 << 14, 1 << 24];
const MANY = 0xffff;

const CRC = new Int32Array(256).map((_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function crc32(before, data) {
  let c = before;
  for (let i = 0; i < data.length; i += 1) c = (c >>> 8) ^ CRC[(c ^ data[i]) & 255];
  return c;
}

/** Little-endian numbers behind one another: [bytes wide, value]. */
function record(...parts) {
  const found = new Uint8Array(parts.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of parts) {
    for (let i = 0, rest = value; i < width; i += 1, rest = Math.floor(rest / 256)) found[at + i] = rest % 256;
    at += width;
  }
  return found;
}

const behind = (head, name) => {
  const found = new Uint8Array(head.length + name.length);
  found.set(head);
  found.set(name, head.length);
  return found;
};

const localHeader = (name, crc, size) => behind(record(
  [4, 0x04034b50], [2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x0021], [4, crc], [4, size], [4, size], [2, name.length], [2, 0],
), name);

const centralHeader = (name, crc, size, offset) => behind(record(
  [4, 0x02014b50], [2, 20], [2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x0021], [4, crc], [4, size], [4, size],
  [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset],
), name);

function endRecords(count, size, offset) {
  const shown = Math.min(count, MANY);
  const end = record([4, 0x06054b50], [2, 0], [2, 0], [2, shown], [2, shown], [4, size], [4, offset], [2, 0]);
  if (count < MANY) return end;
  return behind(record(
    [4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, offset],
    [4, 0x07064b50], [4, 0], [8, offset + size], [4, 1],
  ), end);
}

/** The files of a bundle whose every byte is as it must be, each read when it is asked for. */
export class Files {
  #source;
  #places;

  constructor(source, places) {
    this.#source = source;
    this.#places = places;
  }

  names() {
    return this.#places.keys();
  }

  has(name) {
    return this.#places.has(name);
  }

  /** Hex SHA-256 of a file, taken when the bundle was opened. */
  sha256(name) {
    return this.#places.get(name).sha256;
  }

  /** The bytes of a file; undefined if there is none. */
  async get(name) {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#source.read(place.start, place.size);
  }
}

/** `source` has `size` and `read(offset, length)`; `progress(bytes)` hears how far it is read. Throws Malformed. */
export async function openBundle(source, progress = () => {}) {
  if (source.size > MAX_BYTES) throw new Malformed("larger than a bundle can be");
  const places = new Map();
  let at = 0;
  let before = "";
  for (let head = await source.read(at, 30); isLocal(head); head = await source.read(at, 30)) {
    const { name, ...place } = await oneFile(source, at, head, progress);
    if (name <= before) throw new Malformed("files are not sorted by name");
    if (places.size >= MAX_FILES) throw new Malformed("more files than a bundle can hold");
    places.set(name, place);
    before = name;
    at = place.start + place.size;
    progress(at);
  }
  if (places.size === 0) throw new Malformed("no bundle: it does not begin with a file");
  await checkDirectory(source, at, places);
  for (const [name, { size }] of places) {
    const most = limit(name, places.size);
    if (most !== null && size > most) throw new Malformed("a file larger than its kind can be");
  }
  return new Files(source, places);
}

const isLocal = (head) => head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;

async function oneFile(source, at, head, progress) {
  if (head.length < 30) throw new Malformed("cut off inside a file's header");
  const view = new DataView(head.buffer, head.byteOffset);
  const [size, length] = [view.getUint32(22, true), view.getUint16(26, true)];
  if (length > MAX_NAME) throw new Malformed("a file name outside the plain letters a bundle uses");
  const raw = await source.read(at + 30, length);
  const name = text(raw);
  checkName(name);
  const start = at + 30 + length;
  if (start + size > source.size) throw new Malformed("cut off inside a file");
  const { crc, sha256 } = await digests(source, start, size, progress);
  if (!same(await source.read(at, 30 + length), localHeader(raw, crc, size))) {
    throw new Malformed("a file's header or contents are not as written");
  }
  return { name, at, start, size, crc, sha256 };
}

/** CRC-32 and hex SHA-256 of `size` bytes: by WebCrypto where they fit into memory and are worth the call. */
async function digests(source, start, size, progress) {
  if (size >= WORTH && size <= NATIVE) {
    const data = await source.read(start, size);
    return { crc: ~crc32(-1, data) >>> 0, sha256: hex(new Uint8Array(await crypto.subtle.digest("SHA-256", data))) };
  }
  const whole = new Sha256();
  let crc = -1;
  for (let done = 0; done < size; done += CHUNK) {
    const chunk = await source.read(start + done, Math.min(CHUNK, size - done));
    crc = crc32(crc, chunk);
    whole.update(chunk);
    progress(start + done);
  }
  return { crc: ~crc >>> 0, sha256: hex(whole.digest()) };
}

export function checkName(name) {
  if (!NAME.test(name) || name.length > MAX_NAME || name.includes("..")) {
    throw new Malformed("a file name outside the plain letters a bundle uses");
  }
}

/** The directory and the end records are the ones these files give. */
async function checkDirectory(source, offset, places) {
  let at = offset;
  const compare = async (expected) => {
    if (!same(await source.read(at, expected.length), expected)) {
      throw new Malformed("the directory of the bundle is not the one its files give");
    }
    at += expected.length;
  };
  for (const [name, place] of places) await compare(centralHeader(utf8(name), place.crc, place.size, place.at));
  await compare(endRecords(places.size, at - offset, offset));
  if (at !== source.size) throw new Malformed("something stands behind the bundle");
}
