// Step 11: every text that is due is committed to, is there, and is the one committed to.

import { Malformed, fromBase64url, hex, utf8 } from "./bytes.js";
import { decode, encode, isObject } from "./canonical.js";
import { MAX_OPENING_FILE, unsealedName } from "./names.js";
import { sha256 } from "./sha256.js";

const MAX_DATA = 256 * 1024;
// The field in which the host's agent itself commits to what is sealed beside the record.
const COMMITTED = {
  "command.executed": "command", "tool.started": "program", "tool.told": "peer", "tool.seen_outside_grant": "program",
  "session.stop_explained": "text", "desk.reported": "text",
};

/** Salt and data of an opening, and the commitment (hex) they give. */
export function parseOpening(bytes) {
  const value = decode(bytes, MAX_OPENING_FILE);
  if (!isObject(value) || Object.keys(value).length !== 2 || !("data" in value) || typeof value.salt !== "string") {
    throw new Malformed("an opening is data and a salt");
  }
  const [salt, data] = [fromBase64url(value.salt), encode(value.data)];
  if (salt.length !== 32) throw new Malformed("a salt is 32 bytes");
  if (data.length > MAX_DATA) throw new Malformed("the data of an opening are too long");
  return { data: value.data, commitment: hex(sha256(utf8("verbale/commitment/v1\n"), salt, data)) };
}

/** Feed every leaf in order; `cited` are the opening files that belong to a record. */
export class Openings {
  checked = 0;
  cited = new Set();
  found = new Set(); // records whose text is there
  missing = []; // and those whose text only an erasure can explain
  sealed = 0;
  #sealed; // plain names of what lies there sealed
  #names = new Map(); // of people, as others read them

  constructor(files, chain, judge) {
    this.files = files;
    this.chain = chain;
    this.judge = judge;
    this.#sealed = new Set([...files.names()].map((name) => unsealedName(name)?.plain));
  }

  async feed(leaf) {
    if (leaf.kind.opening === "never") return;
    const data = await this.#opened(leaf);
    const texts = data !== null && isObject(data) ? data : {};
    if (leaf.type === "person.admitted") this.#name(leaf.body.person, texts.name, leaf);
    if (leaf.type === "request.opened" && data !== null) {
      const label = leaf.host === undefined ? undefined : this.chain.labelOf(leaf.host);
      if (label !== undefined && texts.host_label !== label) this.judge.find("UNAPPROVED", "host_label", `n=${leaf.n}`);
      this.#name(leaf.actor.id, texts.technician_name, leaf);
    }
  }

  /** What the leaf commits to; null where a finding says why not, or nothing is due. */
  async #opened(leaf) {
    const where = `n=${leaf.n}`;
    if (leaf.sealed === undefined) {
      if (leaf.kind.opening === "must" || leaf.body[COMMITTED[leaf.type]] !== undefined) this.judge.find("WITHHELD", "not_sealed", where);
      return null;
    }
    if (leaf.type in COMMITTED && leaf.body[COMMITTED[leaf.type]] !== leaf.sealed) this.judge.find("ALTERED", "command_differs", where);
    if (leaf.type === "file.transferred" && leaf.body.file !== leaf.sealed) this.judge.find("ALTERED", "file_text_differs", where);
    const name = `openings/${leaf.n}.json`;
    this.cited.add(name);
    const bytes = await this.files.get(name);
    if (bytes === undefined) {
      if (this.#sealed.has(name)) this.sealed += 1;
      else this.missing.push(leaf.n);
      return null;
    }
    try {
      const opening = parseOpening(bytes);
      this.found.add(leaf.n);
      if (opening.commitment === leaf.sealed) {
        this.checked += 1;
        return opening.data;
      }
    } catch (wrong) {
      if (!(wrong instanceof Malformed)) throw wrong;
    }
    this.judge.find("ALTERED", "opening_differs", name);
    return null;
  }

  /** Once all records are read: what is missing and was never said to be erased. */
  close(erased) {
    for (const n of this.missing) if (!erased.has(n)) this.judge.find("WITHHELD", "opening_missing", `openings/${n}.json`);
  }

  /** Whoever signed read this name: it is the one of every other text. */
  #name(person, name, leaf) {
    if (typeof name !== "string") return;
    if (!this.#names.has(person)) this.#names.set(person, name);
    if (this.#names.get(person) !== name) this.judge.find("UNAPPROVED", "person_name", `n=${leaf.n}`, { person });
  }
}
