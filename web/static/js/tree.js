// A log as it is published (C2SP tlog-checkpoint, tlog-tiles), read in the browser: the head under its signature, and
// whether it holds, unaltered, a head that was kept earlier (RFC 9162 §2.1.4). Nothing here asks the page's own server
// for a verdict: it gives bytes, and they are computed over.

const WIDTH = 256; // hashes in a full tile
const HASH = 32;
const MOST = Number.MAX_SAFE_INTEGER;

export function unb64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

export function same(a, b) {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function node(left, right) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join([1], left, right)));
}

/** Whether this browser can judge such signatures; old ones cannot. */
export async function able() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(HASH), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/** `name+id+base64(type ‖ key)`: the key of a log, as it is handed out. */
async function keyOf(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const data = unb64(rest.join("+"));
  if (data.length !== 1 + HASH || data[0] !== 1) throw new Error("vkey");
  const key = await crypto.subtle.importKey("raw", data.slice(1), "Ed25519", false, ["verify"]);
  return { name, id: Uint8Array.from(id.match(/../g), (pair) => parseInt(pair, 16)), key };
}

/** The head in a signed note: `{origin, size, root}`, or undefined where its signature is not that key's. */
export async function opened(note, vkey) {
  const { name, id, key } = await keyOf(vkey);
  const end = note.indexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root, more] = text.split("\n");
  if (end < 0 || more !== "" || origin !== name || !/^(0|[1-9][0-9]{0,15})$/.test(size)) return undefined;
  const line = note.slice(end + 2).split("\n").find((one) => one.startsWith(`— ${name} `));
  if (!line) return undefined;
  const signed = unb64(line.slice(name.length + 3));
  if (!same(signed.slice(0, 4), id)) return undefined;
  const good = await crypto.subtle.verify("Ed25519", key, signed.slice(4), new TextEncoder().encode(text));
  const head = { origin, size: Number(size), root: unb64(root) };
  return good && head.size <= MOST && head.root.length === HASH ? head : undefined;
}

function pathOf(level, index, width) {
  let rest = index;
  const groups = [];
  do {
    groups.unshift(String(rest % 1000).padStart(3, "0"));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  const named = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${named}${width < WIDTH ? `.p/${width}` : ""}`;
}

/** Reads hashes of a log of `size` leaves; `fetched(path)` gives a tile's bytes. */
function reader(size, fetched) {
  const kept = new Map();

  async function tile(level, index) {
    const here = Math.floor(size / WIDTH ** level); // hashes that this level has
    const width = Math.min(WIDTH, here - index * WIDTH);
    const path = pathOf(level, index, width);
    if (!kept.has(path)) kept.set(path, await fetched(path));
    if (kept.get(path).length !== width * HASH) throw new Error(path);
    return kept.get(path);
  }

  /** Over 2**level leaves from index * 2**level on. */
  return async function read(level, index) {
    const row = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const data = await tile(row, Math.floor(first / WIDTH));
    let hashes = Array.from({ length: count }, (_, n) => {
      const at = ((first + n) % WIDTH) * HASH;
      return data.slice(at, at + HASH);
    });
    while (hashes.length > 1) {
      hashes = await Promise.all(hashes.filter((_, n) => n % 2 === 0).map((left, n) => node(left, hashes[2 * n + 1])));
    }
    return hashes[0];
  };
}

/** The largest power of two smaller than `count`. */
function split(count) {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

async function over(first, count, read) {
  const level = Math.log2(count);
  if (Number.isInteger(level)) return read(level, first / count);
  const k = split(count);
  return node(await over(first, k, read), await over(first + k, count - k, read));
}

async function proof(old, size, read) {
  const path = [];
  let [first, count, left, whole] = [0, size, old, true];
  while (left !== count) {
    const k = split(count);
    if (left <= k) {
      path.push(await over(first + k, count - k, read));
      count = k;
    } else {
      path.push(await over(first, k, read));
      [first, count, left, whole] = [first + k, count - k, left - k, false];
    }
  }
  if (!whole) path.push(await over(first, count, read));
  return path.reverse();
}

/** Whether the log of `head` begins with the one of `kept`. Whatever tiles say, only the true ones prove it. */
export async function contains(head, kept, fetched) {
  if (kept.size > head.size) return false;
  if (kept.size === head.size) return same(kept.root, head.root);
  if (kept.size === 0) return true;
  const found = await proof(kept.size, head.size, reader(head.size, fetched));
  const path = Number.isInteger(Math.log2(kept.size)) ? [kept.root, ...found] : found;
  let [fn, sn] = [kept.size - 1, head.size - 1];
  const half = () => { [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]; };
  while (fn % 2 === 1) half();
  let [old, now] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [old, now] = [await node(hash, old), await node(hash, now)];
      while (fn % 2 === 0 && fn > 0) half();
    } else now = await node(now, hash);
    half();
  }
  return sn === 0 && same(old, kept.root) && same(now, head.root);
}
