// A recorded screen: an FBS 001.000 file as `audit/fbs.py` makes it, taken apart into pictures (FORMAT.md §15, Screens).
// Whatever is not of that form is an Error, before anything of it is drawn.

const FIRST_LINE = "FBS 001.000\n";
const [TIGHT, DESKTOP_SIZE, LAST_RECT] = [7, -223, -224];
const [SOLID, PACKED] = [0x80, 0x01];
const PLAIN_BELOW = 12; // so few bytes of pixels are not packed
const MAX_SIDE = 16_384;
const MAX_PIXELS = 64 * 1024 * 1024;
export const LONGEST_PAUSE_S = 2; // an hour in which nothing changes is not waited for again

function damaged(why) {
  throw new Error(`a damaged recording: ${why}`);
}

const text = (bytes) => String.fromCharCode(...bytes);

/** What all blocks hold together, and where each begins and when it came. */
function joined(file) {
  const view = new DataView(file);
  if (file.byteLength < FIRST_LINE.length || text(new Uint8Array(file, 0, FIRST_LINE.length)) !== FIRST_LINE) damaged("no FBS");
  const whole = new Uint8Array(file.byteLength);
  const starts = [];
  let [at, size] = [FIRST_LINE.length, 0];
  while (at < file.byteLength) {
    const length = at + 4 <= file.byteLength ? view.getUint32(at) : file.byteLength;
    const end = at + 4 + Math.ceil(length / 4) * 4;
    if (end + 4 > file.byteLength) damaged("cut short");
    whole.set(new Uint8Array(file, at + 4, length), size);
    starts.push({ place: size, ms: view.getUint32(end) });
    size += length;
    at = end + 4;
  }
  return { bytes: whole.subarray(0, size), starts };
}

/** The recording broke off there. */
class CutShort extends Error {}

/** Reads forward; never past the end. */
class Reader {
  #view;

  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get more() {
    return this.at < this.bytes.length;
  }

  take(count) {
    if (this.at + count > this.bytes.length) throw new CutShort();
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  number(size, read) {
    this.take(size);
    return this.#view[read](this.at - size);
  }

  short() {
    return this.number(2, "getUint16");
  }

  /** Tight's length: seven bits of each byte, the low ones first, the third whole. */
  compact() {
    let size = 0;
    for (let place = 0; place < 3; place += 1) {
      const [one] = this.take(1);
      size |= (place === 2 ? one : one & 0x7f) << (7 * place);
      if (!(one & 0x80)) break;
    }
    return size;
  }
}

function size(width, height) {
  if (!width || !height || width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) damaged("a screen of no possible size");
  return { width, height };
}

function greeting(reader) {
  reader.take(12 + 4);
  const found = size(reader.short(), reader.short());
  reader.take(16);
  reader.take(reader.number(4, "getUint32"));
  return found;
}

/** What fills a rectangle: one `colour`, `plain` bytes of pixels, or `packed` ones. Three bytes are a pixel. */
function filling(reader, width, height) {
  const [control] = reader.take(1);
  if (control === SOLID) return { colour: reader.take(3) };
  if (control !== PACKED) damaged("a packing nobody made");
  const bytes = 3 * width * height;
  return bytes < PLAIN_BELOW ? { plain: reader.take(bytes) } : { packed: reader.take(reader.compact()) };
}

/** One picture: its rectangles; with `screen`, its size, it needs none that came before. */
function picture(reader, screen) {
  const [kind] = reader.take(1);
  reader.take(1);
  if (kind !== 0 || reader.short() !== 0xffff) damaged("a message nobody made");
  const found = { rects: [], screen: undefined };
  for (;;) {
    const [x, y, width, height] = [reader.short(), reader.short(), reader.short(), reader.short()];
    const encoding = reader.number(4, "getInt32");
    if (encoding === LAST_RECT) return found;
    if (encoding === DESKTOP_SIZE && !found.rects.length) {
      found.screen = screen = size(width, height);
    } else if (encoding === TIGHT && width && height && x + width <= screen.width && y + height <= screen.height) {
      found.rects.push({ x, y, width, height, ...filling(reader, width, height) });
    } else damaged("a rectangle nobody made");
  }
}

/**
 * The pictures in order, each at its second from the first one on, long pauses cut short (`real`: not cut); `length` in seconds. One
 * that the recording's end cut through is left out.
 */
export function parseFbs(file) {
  const { bytes, starts } = joined(file);
  const reader = new Reader(bytes);
  let screen = greeting(reader);
  const pictures = [];
  let [block, before, seconds] = [0, 0, 0];
  while (reader.more) {
    let one;
    try {
      one = picture(reader, screen);
    } catch (wrong) {
      if (wrong instanceof CutShort) break;
      throw wrong;
    }
    screen = one.screen ?? screen;
    while (block + 1 < starts.length && starts[block + 1].place < reader.at) block += 1;
    const { ms } = starts[block]; // of its last byte: before that it was not whole
    if (ms < before) damaged("back in time");
    seconds += Math.min((ms - before) / 1000, LONGEST_PAUSE_S);
    before = ms;
    pictures.push({ at: seconds, real: ms / 1000, ...one });
  }
  if (!pictures[0]?.screen) damaged("it begins with no whole screen");
  return { pictures, length: seconds };
}
