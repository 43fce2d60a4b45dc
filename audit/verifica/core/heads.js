// Steps 3, 5 and 6: the signed head, the tree under it, and the heads seen before.

import { BadSignature, Malformed, base64, same, text, utf8 } from "./bytes.js";
import { decode, isObject } from "./canonical.js";
import { Tree, root } from "./merkle.js";
import { MAX_REPORT_BYTES, known } from "./names.js";
import { checkNote, openCheckpoint, parseCheckpoint, parseNote, parseVkey } from "./note.js";
import { entryTiles, hashTiles, leavesOf, packHashes, tileReader, unpackEntries } from "./tiles.js";

const MAX_ENTRIES = 20_000_000;
const ORIGIN = /^[^/ ]+(?:\/[^/ ]+)*\/([a-z0-9-]+)\/[0-9]{4}[b-z]?$/;

/** The log's key; null where a finding says why not. */
export async function readVkey(files, judge) {
  try {
    const spelled = text(await files.get("log.vkey"));
    if (!spelled.endsWith("\n")) throw new Malformed("the key file does not end its line");
    return parseVkey(spelled.slice(0, -1));
  } catch (wrong) {
    if (!(wrong instanceof Malformed)) throw wrong;
    judge.find("FORGED", "vkey_unread", "log.vkey", { why: wrong.message });
    return null;
  }
}

/** Step 3: note, head and tenant; null when not even an unsigned head can be read. */
export async function readHead(files, vkey, judge) {
  let note;
  let head;
  let place;
  try {
    note = parseNote(await files.get("checkpoint"));
    head = parseCheckpoint(note.text);
    place = ORIGIN.exec(head.origin);
    if (place === null) throw new Malformed("an origin is domain/tenant/year");
    if (head.size > MAX_ENTRIES) throw new Malformed(`a log of more than ${MAX_ENTRIES} records`);
  } catch (wrong) {
    if (!(wrong instanceof Malformed)) throw wrong;
    judge.find("FORGED", "head_unread", "checkpoint", { why: wrong.message });
    return null;
  }
  try {
    await checkNote(note, vkey);
    if (vkey.name !== head.origin) throw new BadSignature("the key has another name than the log");
    judge.state(3, "ok", "checked");
  } catch (wrong) {
    if (!(wrong instanceof BadSignature)) throw wrong;
    judge.find("FORGED", "head_forged", "checkpoint");
  }
  return { vkey, note, head, tenant: place[1] };
}

/** Index and bytes of every entry, tile by tile; stops where a tile cannot be read. */
export async function* readEntries(files, size) {
  for (const tile of entryTiles(size)) {
    const data = await files.get(tile.path);
    if (data === undefined) return;
    let entries;
    try {
      entries = unpackEntries(tile, data);
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
      return;
    }
    for (const [place, entry] of entries.entries()) yield [tile.index * 256 + place, entry];
  }
}

/** Step 6. Feed it every entry; `close` gives the reader of a tree whose root is the signed one, or null. */
export class TreeCheck {
  tree = new Tree();

  constructor(files, head, judge) {
    this.files = files;
    this.head = head;
    this.judge = judge;
  }

  async close() {
    const { size } = this.head;
    if (this.tree.size === size && same(root(size, this.tree.read), this.head.root)) {
      await this.#checkTiles();
      this.judge.state(6, "ok", "checked");
      return this.tree.read;
    }
    const differing = await this.#differing();
    for (const n of differing) this.judge.find("TAMPERED", "entry", `n=${n}`, { n });
    if (this.tree.size < size) this.judge.find("TAMPERED", "entry_missing", `n=${this.tree.size}`, { n: this.tree.size });
    else if (!differing.length) this.judge.find("TAMPERED", "root", "checkpoint");
    return this.#fromTiles();
  }

  async #differing() {
    const found = [];
    for (const tile of entryTiles(this.head.size)) {
      const published = await this.files.get(leavesOf(tile));
      if (published?.length !== 32 * tile.width) continue;
      for (let i = 0; i < tile.width; i += 1) {
        const n = 256 * tile.index + i;
        if (n < this.tree.size && !same(this.tree.read(0, n), published.subarray(32 * i, 32 * i + 32))) found.push(n);
      }
    }
    return found;
  }

  async #checkTiles() {
    for (const tile of hashTiles(this.head.size)) {
      const data = await this.files.get(tile.path);
      if (data === undefined) this.judge.find("DAMAGED", "file_missing", tile.path);
      else if (!same(data, packHashes(tile, this.tree.read))) this.judge.find("TAMPERED", "tile", tile.path);
    }
  }

  /** Where an entry was changed, the published tree may still be the signed one. */
  async #fromTiles() {
    try {
      const read = await tileReader(this.head.size, (path) => this.files.get(path));
      return same(root(this.head.size, read), this.head.root) ? read : null;
    } catch (wrong) {
      if (wrong instanceof Malformed) return null;
      throw wrong;
    }
  }
}

/** Step 5: is another head a prefix of this log? */
export class Heads {
  /** `signed` as `readHead` gives it, `read` as `TreeCheck.close` does, `shards` the logs of this tree. */
  constructor(signed, read, judge, shards) {
    Object.assign(this, { signed, read, judge, shards });
  }

  #of(origin) {
    return this.shards.find(({ vkey }) => vkey.name === origin);
  }

  /** A head signed by whichever of these logs it names. */
  async #opened(bytes) {
    const { origin } = parseCheckpoint(parseNote(bytes).text);
    return openCheckpoint(bytes, this.#of(origin)?.vkey ?? this.signed.vkey);
  }

  holds(other) {
    const shard = this.#of(other.origin);
    if (shard === undefined || other.size < shard.since || other.size > shard.until) return false;
    if (this.read === null) return true; // nothing to compare with: step 6 has said so
    try {
      return same(root(other.size, this.read), other.root);
    } catch (wrong) {
      if (wrong instanceof Malformed) return false;
      throw wrong;
    }
  }

  /** Every heads/<size>.note: signed by the log, of the size it is named for, a prefix. */
  async checkKept(files) {
    for (const name of files.names()) {
      if (!/^heads\/.*\.note$/.test(name) || !known(name)) continue;
      try {
        const kept = await this.#opened(await files.get(name));
        if (name !== `heads/${kept.size}.note` || !this.holds(kept)) this.judge.find("REWRITTEN", "kept_head", name);
      } catch (wrong) {
        if (wrong instanceof Malformed) this.judge.find("FORGED", "head_unread", name, { why: wrong.message });
        else if (wrong instanceof BadSignature) this.judge.find("FORGED", "head_forged", name);
        else throw wrong;
      }
    }
  }

  /** A head inside an approved request (record `n`): its three lines, or the whole note. */
  async checkCited(said, n, where) {
    let cited;
    try {
      cited = said.includes("\n\n") ? await this.#opened(utf8(said)) : parseCheckpoint(said);
    } catch (wrong) {
      if (!(wrong instanceof Malformed || wrong instanceof BadSignature)) throw wrong;
      this.judge.find("REWRITTEN", "approved_head", where);
      return;
    }
    if (!(cited.size > 0 && cited.size <= n) || !this.holds(cited)) this.judge.find("REWRITTEN", "approved_head", where);
  }

  /** The head that a report prints; everything else in it is step 14. */
  async checkPrinted(files, { json, digest }) {
    const bytes = await files.get(json);
    if (bytes === undefined || files.sha256(json) !== digest) return;
    try {
      const report = decode(bytes, MAX_REPORT_BYTES);
      const log = isObject(report) && isObject(report.log ?? []) ? report.log : {};
      if (typeof log.checkpoint !== "string") return;
      const head = await this.#opened(utf8(log.checkpoint));
      const covers = head.size > log.size || (head.size === log.size && base64(head.root) === log.root);
      if (covers && !this.holds(head)) this.judge.find("REWRITTEN", "report_head", json); // else step 14
    } catch (wrong) {
      if (!(wrong instanceof Malformed || wrong instanceof BadSignature)) throw wrong; // step 14
    }
  }
}
