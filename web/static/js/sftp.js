// SFTP version 3 over the session's WebSocket: what a page needs of it (agent/wire/sftp.py holds the same numbers).

import { DATA, EXIT, dataFrames, socketTo } from "./frames.js";

const OP = { INIT: 1, OPEN: 3, CLOSE: 4, READ: 5, WRITE: 6, LSTAT: 7, OPENDIR: 11, READDIR: 12, REALPATH: 16, EXTENDED: 200 };
const STATUS = 101;
const NAME = 104;
const READ = 0x01;
const WRITE_CREATE = 0x02 | 0x08;
export const PIECE_BYTES = 60 * 1024; // with its header it is one frame
export const AT_ONCE = 8; // requests under way: what the server may have to hold for a page
export const MOST_NAMES = 10_000; // of one folder: a host could go on naming for ever
const utf8 = new TextEncoder();
// As in audit/visible.py; a sign stands for each, because somebody chooses by these names.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/gu;
const PILE = /([\p{Mn}\p{Me}]{8})[\p{Mn}\p{Me}]+/gu;

/** Names are bytes on a host: each is kept as one letter a byte, and shown as the text it is. */
const letters = (bytes) => Array.from(bytes, (one) => String.fromCharCode(one)).join("");
const bytesOf = (name) => Uint8Array.from(name, (c) => c.charCodeAt(0));
export const shown = (name) => new TextDecoder().decode(bytesOf(name)).replace(HIDDEN, "\ufffd").replace(PILE, "$1");
export const nameOf = (text) => letters(utf8.encode(text));

function u32(number) {
  return Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
}

const u64 = (number) => join(u32(Math.floor(number / 2 ** 32)), u32(number % 2 ** 32));
const string = (bytes) => join(u32(bytes.length), bytes);
const path = (name) => string(bytesOf(name));

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }
  byte() {
    return this.bytes[this.at++];
  }
  u32() {
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }
  u64() {
    return this.u32() * 2 ** 32 + this.u32();
  }
  string() {
    const size = this.u32();
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }
  attributes() {
    const kinds = this.u32();
    const size = kinds & 1 ? this.u64() : 0;
    if (kinds & 2) this.at += 8;
    const mode = kinds & 4 ? this.u32() : 0;
    if (kinds & 8) this.at += 8;
    return { size, folder: (mode & 0o170000) === 0o040000, file: (mode & 0o170000) === 0o100000 };
  }
}

/** What the host said no to: its code, and its sentence in English. */
export class HostSaidNo extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/** One conversation. `closed(sentence)` when it is over, with the server's words where it said some. */
export class Sftp {
  #waiting = new Map();
  #held = new Uint8Array(0);
  #number = 0;

  constructor(address, closed) {
    this.socket = socketTo(address, {});
    let said;
    this.socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") {
        said = JSON.parse(data);
        return;
      }
      const message = new Uint8Array(data);
      if (message[0] === DATA) this.#hear(message.subarray(1));
      else if (message[0] === EXIT) this.socket.close();
    });
    this.socket.addEventListener("close", () => {
      for (const { fail } of this.#waiting.values()) fail(new Error("closed"));
      this.#waiting.clear();
      closed(said);
    });
    this.ready = new Promise((resolve, fail) => {
      this.#waiting.set("version", { resolve, fail });
      this.socket.addEventListener("open", () => this.#send(OP.INIT, u32(3)));
    });
  }

  #send(op, ...parts) {
    const body = join(Uint8Array.of(op), ...parts);
    for (const one of dataFrames(join(u32(body.length), body))) this.socket.send(one);
  }

  #hear(bytes) {
    let left = this.#held.length ? join(this.#held, bytes) : bytes;
    while (left.length >= 4) {
      const size = new Reader(left).u32();
      if (left.length < 4 + size) break;
      this.#answer(new Reader(left.slice(4, 4 + size)));
      left = left.subarray(4 + size);
    }
    this.#held = left.slice();
  }

  #answer(reader) {
    const op = reader.byte();
    const number = op === 2 ? "version" : reader.u32();
    const waits = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (!waits) return;
    if (op !== STATUS) waits.resolve(reader);
    else {
      const code = reader.u32();
      if (code === 0) waits.resolve(null);
      else waits.fail(new HostSaidNo(code, new TextDecoder().decode(reader.string())));
    }
  }

  #ask(op, ...parts) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("closed"));
    const number = (this.#number = (this.#number + 1) % 2 ** 31);
    return new Promise((resolve, fail) => {
      this.#waiting.set(number, { resolve, fail });
      this.#send(op, u32(number), ...parts);
    });
  }

  async home() {
    const reader = await this.#ask(OP.REALPATH, path("."));
    reader.u32();
    return letters(reader.string());
  }

  async list(folder) {
    const handle = (await this.#ask(OP.OPENDIR, path(folder))).string();
    const found = [];
    try {
      while (found.length < MOST_NAMES) {
        const reader = await this.#ask(OP.READDIR, string(handle));
        for (let left = reader.u32(); left > 0 && found.length < MOST_NAMES; left -= 1) {
          const name = letters(reader.string());
          reader.string();
          found.push({ name, ...reader.attributes() });
        }
      }
    } catch (wrong) {
      if (!(wrong instanceof HostSaidNo) || wrong.code !== 1) throw wrong;
    }
    await this.close(handle);
    return found;
  }

  /** null where there is none. */
  async look(file) {
    try {
      return (await this.#ask(OP.LSTAT, path(file))).attributes();
    } catch (wrong) {
      if (wrong instanceof HostSaidNo && wrong.code === 2) return null;
      throw wrong;
    }
  }

  async open(file, { writing }) {
    return (await this.#ask(OP.OPEN, path(file), u32(writing ? WRITE_CREATE : READ), u32(0))).string();
  }

  /** null at the end. */
  async read(handle, offset) {
    try {
      return (await this.#ask(OP.READ, string(handle), u64(offset), u32(PIECE_BYTES))).string();
    } catch (wrong) {
      if (wrong instanceof HostSaidNo && wrong.code === 1) return null;
      throw wrong;
    }
  }

  write(handle, offset, bytes) {
    return this.#ask(OP.WRITE, string(handle), u64(offset), string(bytes));
  }

  close(handle) {
    return this.#ask(OP.CLOSE, string(handle));
  }

  rename(from, to) {
    return this.#ask(OP.EXTENDED, string(utf8.encode("posix-rename@openssh.com")), path(from), path(to));
  }
}
