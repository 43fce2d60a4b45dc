// Canonical JSON (FORMAT.md §1): read in the one spelling it can have, written in it.

import { Malformed, text, utf8 } from "./bytes.js";

export const MAX_BYTES = 16 * 1024;
export const MAX_DEPTH = 8;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const KEY = /"([a-z0-9_]+)":/y;
const NUMBER = /-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
const SHORT = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };
const SHORTENED = new Set(["\b", "\t", "\n", "\f", "\r"]);

/** Objects come without a prototype: a key is a key, whatever its name. */
export function decode(bytes, maxBytes = MAX_BYTES) {
  if (bytes.length > maxBytes) throw new Malformed(`longer than ${maxBytes} bytes`);
  const reader = new Reader(text(bytes));
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  constructor(source) {
    this.source = source;
    this.at = 0;
  }

  refuse() {
    throw new Malformed("not in canonical form");
  }

  end() {
    if (this.at !== this.source.length) this.refuse();
  }

  take(sign) {
    if (this.source[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (!found) this.refuse();
    this.at = pattern.lastIndex;
    return found;
  }

  value(depth) {
    if (depth > MAX_DEPTH) throw new Malformed("nested deeper than 8 levels");
    switch (this.source[this.at]) {
      case "{": return this.object(depth);
      case "[": return this.array(depth);
      case '"': return this.string();
      case "t": return this.word("true", true);
      case "f": return this.word("false", false);
      default: return this.number();
    }
  }

  word(spelled, value) {
    if (!this.source.startsWith(spelled, this.at)) this.refuse();
    this.at += spelled.length;
    return value;
  }

  number() {
    const [spelled] = this.match(NUMBER);
    const value = Number(spelled);
    if (spelled === "-0" || !Number.isSafeInteger(value)) this.refuse();
    return value;
  }

  object(depth) {
    const found = Object.create(null);
    this.at += 1;
    if (this.take("}")) return found;
    let before = "";
    do {
      const key = this.match(KEY)[1];
      if (key <= before) this.refuse();
      found[key] = this.value(depth + 1);
      before = key;
    } while (this.take(","));
    if (!this.take("}")) this.refuse();
    return found;
  }

  array(depth) {
    const found = [];
    this.at += 1;
    if (this.take("]")) return found;
    do found.push(this.value(depth + 1)); while (this.take(","));
    if (!this.take("]")) this.refuse();
    return found;
  }

  string() {
    this.at += 1;
    let found = "";
    for (;;) {
      found += this.match(PLAIN)[0];
      if (this.take('"')) return found;
      if (!this.take("\\")) this.refuse();
      found += this.escaped();
    }
  }

  /** RFC 8785: the short form where there is one, else lower-case hex of a control sign. */
  escaped() {
    const sign = this.source[this.at];
    this.at += 1;
    if (sign in SHORT) return SHORT[sign];
    const digits = this.source.slice(this.at, this.at + 4);
    if (sign !== "u" || !/^00[01][0-9a-f]$/.test(digits)) this.refuse();
    this.at += 4;
    const found = String.fromCharCode(parseInt(digits, 16));
    if (SHORTENED.has(found)) this.refuse();
    return found;
  }
}

/** The one spelling of what `decode` gave. */
export function encode(value) {
  return utf8(spell(value));
}

function spell(value) {
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `"${key}":${spell(value[key])}`).join(",")}}`;
}

export function isObject(value) {
  return typeof value === "object" && !Array.isArray(value);
}
